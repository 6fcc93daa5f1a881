"""kahani doctor and kahani locate: what there is, what is missing, where things lie."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

import click
import msgspec

from player.errors import EXIT_MISSING, EXIT_OK, KahaniError
from player.paths import Paths
from player.resources import assets, bundled_stories

OLDEST_PYTHON: Final = (3, 11)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at. `state` is ok, note (works, but less well) or missing."""

    name: str
    state: str
    text: str


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object, for programs.")
def doctor(*, as_json: bool) -> int:
    """Say what works here, what is missing, and what to do about it."""
    paths = Paths.find()
    findings = [finding for look in EXAMINATIONS for finding in look(paths)]
    is_well = all(finding.state != "missing" for finding in findings)
    if as_json:
        report = {"ok": is_well, "findings": [asdict(finding) for finding in findings]}
        click.echo(msgspec.json.encode(report).decode())
    else:
        width = max(len(finding.name) for finding in findings)
        for finding in findings:
            click.echo(f"{finding.state:<8} {finding.name:<{width}}  {finding.text}")
    return EXIT_OK if is_well else EXIT_MISSING


@click.command()
def locate() -> None:
    """Say where settings, stories, the store, clips and the log lie."""
    paths = Paths.find()
    for name, path in (
        ("settings", paths.config_file),
        ("store", paths.store),
        ("own stories", paths.stories),
        ("bundled stories", bundled_stories()),
        ("cache", paths.cache),
        ("log", paths.log_file),
    ):
        click.echo(f"{name:<16} {path}")


def _python(_paths: Paths) -> Iterator[Finding]:
    version = ".".join(map(str, sys.version_info[:3]))
    is_new = sys.version_info[:2] >= OLDEST_PYTHON
    yield Finding("python", "ok" if is_new else "missing", f"{version}; 3.11 or later is needed")
    from db.engine import too_old

    if complaint := too_old():
        yield Finding("SQLite", "missing", complaint)


def _sound(_paths: Paths) -> Iterator[Finding]:
    from player.audio.vlc import probe

    try:
        yield Finding("libVLC", "ok", probe())
    except KahaniError as error:
        yield Finding("libVLC", "missing", str(error))
        return
    yield _heard()


def _heard() -> Finding:
    """Say whether sound comes out, as far as a program can know it."""
    from player.audio.quiet import quiet_stderr
    from player.audio.trial import trouble_of
    from player.audio.vlc import VlcOutput

    try:
        with quiet_stderr(Path(os.devnull)):
            trouble = trouble_of(VlcOutput())
    except (KahaniError, OSError) as error:
        trouble = f"the sound could not be tried: {error}"
    return Finding("sound", "note" if trouble else "ok", trouble or "a sound device took it")


def _terminal(_paths: Paths) -> Iterator[Finding]:
    term = os.environ.get("TERM", "")
    if not sys.stdout.isatty():
        yield Finding("terminal", "note", "this is no terminal: only --plain will work here")
        return
    size = os.get_terminal_size()
    fits = size.columns >= 40 and size.lines >= 12  # noqa: PLR2004 - as the screens need it
    text = f"{term or 'TERM is not set'}, {size.columns}x{size.lines}; 40x12 is the least"
    yield Finding("terminal", "ok" if fits and term != "dumb" else "note", text)
    encoding = (sys.stdout.encoding or "").lower().replace("-", "")
    if encoding != "utf8":
        text = f"{encoding or 'unknown'}; set LANG=C.UTF-8 for all scripts"
        yield Finding("encoding", "note", text)
    yield Finding("scripts", "ok", _shaping(term))


def _shaping(term: str) -> str:
    """Say how Hindi, Tamil and Bengali will look here; columns are straight everywhere."""
    env = os.environ
    if "KITTY_WINDOW_ID" in env or term == "xterm-kitty":
        return "kitty: Hindi, Tamil and Bengali are shaped well from 0.40 on"
    if "VTE_VERSION" in env or "KONSOLE_VERSION" in env:
        return "this terminal shapes Hindi, Tamil and Bengali well"
    if env.get("TMUX") or env.get("STY"):
        return "inside tmux or screen the outer terminal decides how scripts are shaped"
    return (
        "columns stay straight; for well-shaped Hindi, Tamil and Bengali use kitty 0.40+,"
        " Konsole or GNOME Terminal"
    )


def _store(paths: Paths) -> Iterator[Finding]:
    from db.asking.offered import placements
    from db.errors import StoreError
    from db.mending.mending import set_aside
    from player.cli.failures import explained
    from player.cli.wiring import open_store

    try:
        store = open_store(paths)
    except (KahaniError, StoreError, OSError) as error:
        yield Finding("store", "missing", str(explained(error) or error))
        return
    try:
        known = sorted([*(entry.slug for entry in store.catalogue()), *store.read(placements)])
        waiting = f", {store.pending()} entries to send" if os.environ.get("DATABASE_URL") else ""
        yield Finding("store", "ok", f"{paths.store}{waiting}")
        slugs = ", ".join(known)
        yield Finding("stories", "ok" if known else "note", slugs or "there is none; import one")
        from player.cli.doctor_clips import look_at_clips

        for name, state, text in look_at_clips(paths, known, store):
            yield Finding(name, state, text)
    finally:
        store.close()
    for bad in set_aside(paths.store):
        text = f"{bad} is a damaged store that was set aside: delete it once nothing is missed"
        yield Finding("store", "note", text)


def _media_keys(_paths: Paths) -> Iterator[Finding]:
    from player.mpris import probe

    found = probe()
    yield Finding("media keys", "ok" if found.works else "note", found.text)


def _folders(paths: Paths) -> Iterator[Finding]:
    for name, folder in (("data", paths.data), ("settings", paths.config), ("log", paths.logs)):
        there = _nearest(folder)
        if not os.access(there, os.W_OK):
            yield Finding(name, "missing", f"{folder} cannot be written: check who owns {there}")
    if not assets().is_dir():
        yield Finding("assets", "missing", f"{assets()} is not there: install kahani again")


def _settings(paths: Paths) -> Iterator[Finding]:
    from player.cli.screens import check
    from player.config import PREFIX, Source, settle

    try:
        settled = settle(paths.config_file)
        check(settled)
    except KahaniError as error:
        yield Finding("settings", "missing", str(error))
        return
    is_there = paths.config_file.exists()
    text = f"{paths.config_file}{'' if is_there else ' is not there: all as usual'}"
    here = [name for name, source in settled.sources.items() if source is Source.FILE]
    held = [
        PREFIX + n.upper() for n, source in settled.sources.items() if source is not Source.FILE
    ]
    text += f", names {', '.join(here)}" if here else ""
    text += f"; {', '.join(held)} over it" if held else ""
    yield Finding("settings", "ok", text)


def _nearest(folder: Path) -> Path:
    return next(path for path in (folder, *folder.parents) if os.path.exists(path))  # noqa: PTH110 - False where nobody may look


def _remote(_paths: Paths) -> Iterator[Finding]:
    url = os.environ.get("DATABASE_URL")
    if not url:
        yield Finding("PostgreSQL", "ok", "not used: DATABASE_URL is not set")
        return
    from db.errors import RemoteError
    from db.published.searching import remarks
    from db.remote import Remote

    try:
        remote = Remote(url)
        with remote.connect(autocommit=True) as connection:
            version = connection.info.server_version // 10000
            said = remarks(connection)
        connection.close()
        yield Finding("PostgreSQL", "ok", f"{remote.label}, version {version}")
        if remote.warning:
            yield Finding("PostgreSQL", "note", remote.warning)
        for remark in said:
            yield Finding("search", "note", remark)
    except RemoteError as error:
        why = str(error).rstrip(".")
        text = f"{why}. Stories play all the same; it is sent later."
        yield Finding("PostgreSQL", "note", text)


EXAMINATIONS: Final[tuple[Callable[[Paths], Iterator[Finding]], ...]] = (
    _python,
    _sound,
    _terminal,
    _media_keys,
    _folders,
    _settings,
    _store,
    _remote,
)
