from __future__ import annotations

import gettext
import json
import os
import shutil
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from player.roman import romanised
from player.tui.script import typed

HERE = Path(__file__).parent
ROOT = HERE.parents[3]
COLUMNS, ROWS = 120, 40
LANGUAGES = ("hi", "ta", "bn")


def wait_for(condition: Callable[[], bool], *, seconds: float = 60) -> None:
    """Poll for something that another process does; fails after `seconds`."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "the other process did not do it in time"
        time.sleep(0.02)


def environment(**more: str) -> dict[str, str]:
    """The environment for a program in a terminal: this checkout, UTF-8, no hint of another."""
    dropped = {"TMUX", "STY", "KITTY_WINDOW_ID", "TEXTUAL_DRIVER", "KAHANI_WIDTHS", "NO_COLOR"}
    dropped |= {"COLUMNS", "LINES"}  # pytest-xdist sets them
    kept = {name: value for name, value in os.environ.items() if name not in dropped}
    return {
        **kept,
        "LANG": "C.UTF-8",
        "LC_ALL": "C.UTF-8",
        "PYTHONPATH": str(ROOT),
        "TEXTUAL_ANIMATIONS": "none",
        **more,
    }


def x_server(screen: str) -> Iterator[str]:
    """Start an X server whose screen has this size and depth, and end it; gives its name."""
    if shutil.which("Xvfb") is None:
        pytest.skip("Xvfb is not installed")
    reading, writing = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(writing), "-screen", "0", screen, "-nolisten", "tcp"],
        pass_fds=[writing],
        stderr=subprocess.DEVNULL,
    )
    os.close(writing)
    with os.fdopen(reading) as answer:
        name = f":{answer.readline().strip()}"
    yield name
    server.terminate()
    server.wait(60)


@pytest.fixture
def display() -> Iterator[str]:
    """An X server of our own, and its name."""
    yield from x_server("1400x900x24")


@pytest.fixture
def large_display() -> Iterator[str]:
    """One with room for 160 columns and 50 rows of letters that are not small."""
    yield from x_server("1640x1020x24")


def xterm(command: list[str], size: tuple[int, int] = (COLUMNS, ROWS)) -> list[str]:
    if shutil.which("xterm") is None:
        pytest.skip("xterm is not installed")
    look = ["-u8", "-fa", "DejaVu Sans Mono", "-fs", "12", "-bg", "black", "-fg", "white"]
    return ["xterm", *look, "-geometry", f"{size[0]}x{size[1]}+0+0", "-e", *command]


def vte(command: list[str], size: tuple[int, int] = (COLUMNS, ROWS), points: int = 12) -> list[str]:
    python = "/usr/bin/python3"
    probe = "import gi; gi.require_version('Vte', '2.91'); from gi.repository import Vte"
    found = (
        Path(python).exists()
        and not subprocess.run(
            [python, "-c", probe], stderr=subprocess.DEVNULL, check=False
        ).returncode
    )
    if not found:
        pytest.skip("the system's Python has no PyGObject with VTE")
    return [python, str(HERE / "vte_host.py"), str(size[0]), str(size[1]), *command]


def tmux_window(command: list[str]) -> list[str]:
    if shutil.which("tmux") is None:
        pytest.skip("tmux is not installed")
    server = ["tmux", "-f", "/dev/null", "-u", "-L", f"kahani-{uuid.uuid4().hex[:8]}"]
    return [*server, "new-session", "-d", "-x", str(COLUMNS), "-y", str(ROWS), *command]


EMULATORS = {"xterm": xterm, "vte": vte}


@pytest.fixture(params=sorted(EMULATORS))
def emulator(request: pytest.FixtureRequest) -> Callable[..., list[str]]:
    """Turn a command into one that runs it in a window of a terminal emulator."""
    return EMULATORS[request.param]


@pytest.fixture(params=[*sorted(EMULATORS), "tmux"])
def any_terminal(request: pytest.FixtureRequest) -> Callable[[list[str]], list[str]]:
    """Turn a command into one that runs it in a terminal, with or without a window to be seen."""
    return {**EMULATORS, "tmux": tmux_window}[request.param]


def translations(language: str) -> list[str]:
    """Names of countries and languages, two a line, in the order of their catalogues."""
    found: list[str] = []
    for domain in ("iso_3166", "iso_639-2"):
        path = Path("/usr/share/locale") / language / "LC_MESSAGES" / f"{domain}.mo"
        if not path.exists():
            pytest.skip("the translations of iso-codes are not installed")
        with path.open("rb") as file:
            catalogue = gettext.GNUTranslations(file)._catalog  # type: ignore[attr-defined]
        found += [text for key, text in catalogue.items() if key and len(text) < 40]
    return [" ".join(found[at : at + 2]) for at in range(0, len(found), 2)]


@pytest.fixture
def translated_lines() -> dict[str, list[str]]:
    """Lines that nobody wrote for this test, by language; "hi-Latn": the same in Latin letters."""
    lines = {language: translations(language) for language in (*LANGUAGES, "it")}
    latin = {f"{name}-Latn": [romanised(line, name) for line in lines[name]] for name in LANGUAGES}
    return {**lines, **latin}


@pytest.fixture
def measured_in(
    display: str, tmp_path: Path
) -> Callable[[Callable[[list[str]], list[str]], list[str]], list[tuple[int, int, int]]]:
    """Write lines in a terminal emulator; give (our model, cursor, cursor without us) of each."""

    def measure(
        emulator: Callable[[list[str]], list[str]], lines: list[str]
    ) -> list[tuple[int, int, int]]:
        text, report = tmp_path / "text", tmp_path / "report.json"
        text.write_text("\n".join(lines), encoding="utf-8")
        command = [sys.executable, str(HERE / "read_cursor.py"), str(text), str(report)]
        subprocess.run(emulator(command), env=environment(DISPLAY=display), check=True, timeout=300)
        wait_for(report.exists, seconds=60)  # tmux goes on without whoever called it
        return [tuple(row) for row in json.loads(report.read_text())]

    return measure


@pytest.fixture
def tmux() -> Iterator[Callable[..., str]]:
    """Run commands of a tmux server of our own."""
    if shutil.which("tmux") is None:
        pytest.skip("tmux is not installed")
    name = f"kahani-{uuid.uuid4().hex[:8]}"

    def run(*arguments: str) -> str:
        return subprocess.run(
            ["tmux", "-f", "/dev/null", "-u", "-L", name, *arguments],
            capture_output=True,
            text=True,
            env=environment(TERM="xterm-256color"),
            check=False,
        ).stdout

    yield run
    run("kill-server")


@pytest.fixture
def dialog_screen(tmux: Callable[..., str]) -> Callable[[str], list[str]]:
    """Show a dialog over Hindi, Tamil and Bengali text, "stock" or "aksara"; give the screen."""

    def show(how: str) -> list[str]:
        app = (sys.executable, str(HERE / "overlay_app.py"), how)
        tmux("new-session", "-d", "-x", "90", "-y", "24", *app)
        rows: list[str] = []

        def is_complete() -> bool:
            rows[:] = tmux("capture-pane", "-p").splitlines()
            corners = len(rows) > 19 and rows[0][:1] + rows[19][:1] == "╭╰"
            return corners and "ok" in "".join(rows) and sum("╯" in row for row in rows) == 2

        wait_for(is_complete)
        return rows

    return show


@pytest.fixture
def measuring_what_is_typed() -> Iterator[None]:
    """Rich's measures replaced by ours, and given back."""
    typed.install()
    yield
    typed.uninstall()


@pytest.fixture
def program_environment() -> Callable[..., dict[str, str]]:
    """Make the environment for a program in a terminal of the test's own."""
    return environment


@pytest.fixture
def wait_until() -> Callable[..., None]:
    """Wait for something that another process does, 20 seconds at most."""
    return wait_for
