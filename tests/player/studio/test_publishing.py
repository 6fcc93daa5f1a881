"""kahani studio publish, to a server that takes what it is sent, or does not."""

from __future__ import annotations

import logging
import shutil
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from player.audio import r2
from player.cli import run
from player.library import open_story
from tests.endings import finish
from tests.player.audio.misbehaving import Behaviour, Call
from tests.player.audio.s3_like import S3Like, body_of, refusal
from tests.player.studio.publications import PLACES, SOUNDS, published


def addresses(home: Path, slug: str = "two-nodes") -> set[str]:
    from db.store import Store  # noqa: PLC0415 - for those who ask

    store = Store.open(home / "data" / "kahani.sqlite")
    try:
        story = open_story(slug, store)
        return {clip.url for node in story.nodes.values() for clip in node.clips}
    finally:
        store.close()


def test_each_content_is_sent_once_and_noted_beside_the_story(
    voiced: Path, s3: S3Like, capsys: pytest.CaptureFixture[str]
) -> None:
    double = voiced / "audio" / "it" / "0.00" / "carla" / "fine.mp3"
    shutil.copy(SOUNDS / "rise.mp3", double)
    assert run(["studio", "publish", str(voiced), "--to", "r2://kahani/fox"]) == 0
    told = capsys.readouterr()
    assert told.out == "two-nodes: 2 sent\n"
    plan = "two-nodes: 2 clips, 0.0 MB, to r2://kahani/fox/clips/; "
    assert f"{plan}2 of them not noted as published, 0.0 MB\n" in told.err
    assert "2 of 2 clips" in told.err
    notes = published(voiced)
    assert set(notes) == {*PLACES, "it/0.00/carla/fine"}
    sums = {str(note["checksum"]) for note in notes.values()}
    assert set(s3.objects) == {f"/kahani/fox/clips/{checksum}.mp3" for checksum in sums}

    assert run(["studio", "publish", str(voiced)]) == 0
    again = capsys.readouterr()
    assert again.out == "two-nodes: 2 there already\n"
    assert f"{plan}all noted as published\n" in again.err
    assert len(s3.puts) == 2


def test_a_story_is_imported_where_its_clips_are_not(
    voiced: Path, s3: S3Like, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run(["import", str(voiced)]) == 0
    assert run(["studio", "publish", str(voiced), "--public-url", "https://clips.example"]) == 0
    at_the_authors = addresses(tmp_path / "home")
    shutil.rmtree(voiced / "audio")
    monkeypatch.setenv("KAHANI_HOME", str(tmp_path / "elsewhere"))
    assert run(["check", str(voiced)]) == 0
    assert run(["import", str(voiced)]) == 0
    assert addresses(tmp_path / "elsewhere") == at_the_authors
    assert all(url.startswith("https://clips.example/clips/") for url in at_the_authors)


def test_an_exported_story_keeps_the_addresses_of_its_clips(
    voiced: Path, s3: S3Like, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run(["studio", "publish", str(voiced), "--public-url", "https://clips.example"]) == 0
    shutil.rmtree(voiced / "audio")
    assert run(["import", str(voiced)]) == 0
    assert run(["export", "two-nodes", "--to", str(tmp_path / "out")]) == 1  # without the sounds
    assert published(tmp_path / "out") == published(voiced)
    at_home = addresses(tmp_path / "home")
    monkeypatch.setenv("KAHANI_HOME", str(tmp_path / "elsewhere"))
    assert run(["import", str(tmp_path / "out")]) == 0
    assert addresses(tmp_path / "elsewhere") == at_home
    assert run(["studio", "status", str(tmp_path / "out")]) == 0


def test_a_dry_run_tells_and_sends_nothing(
    voiced: Path, s3: S3Like, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv(r2.SECRET)
    assert run(["studio", "publish", str(voiced), "--dry-run"]) == 0
    told = capsys.readouterr().err
    assert "2 of them not noted as published" in told
    assert "new" not in told  # whether they are there, nobody has looked
    assert not s3.server.calls
    assert not (voiced / "published.json").exists()


def test_what_was_sent_before_a_failure_is_noted_and_not_sent_again(
    voiced: Path, s3: S3Like, capsys: pytest.CaptureFixture[str]
) -> None:
    def second_refused(s3: S3Like, call: Call, is_put: bool) -> object:
        if is_put and s3.puts:
            return refusal(call, "403 Forbidden", "AccessDenied")
        return None

    s3.trouble = second_refused
    s3.server.behaviour = one_by_one(s3)
    assert run(["studio", "publish", str(voiced)]) == 1
    assert "Check the R2 keys: they must be allowed" in capsys.readouterr().err
    assert len(published(voiced)) == 1
    s3.trouble = lambda *_: None
    assert run(["studio", "publish", str(voiced)]) == 0
    assert capsys.readouterr().out == "two-nodes: 1 sent, 1 there already\n"


def one_by_one(s3: S3Like) -> Behaviour:
    turn = threading.Lock()

    def behave(call: Call) -> object:
        with turn:
            return s3.behave(call)

    return behave


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (["--bucket", "X"], 2, "a bucket is called by 3 to 63"),
        (["--to", "s3://kahani"], 2, "give r2://bucket or r2://bucket/prefix"),
        (["--to", "r2://kahani", "--bucket", "kahani"], 2, "give one of them"),
        (["--public-url", "https://x.example/?sig=1"], 2, "without a query"),
        (["--language", "ta"], 2, "two-nodes has no clips in ta; it has: it."),
    ],
)
def test_wrong_use_is_told_before_anything_is_sent(
    *,
    arguments: list[str],
    code: int,
    told: str,
    voiced: Path,
    s3: S3Like,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run(["studio", "publish", str(voiced), *arguments]) == code
    assert told in capsys.readouterr().err
    assert not s3.server.calls


def test_missing_keys_and_missing_clips_are_told(
    voiced: Path, s3: S3Like, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv(r2.SECRET)
    assert run(["studio", "publish", str(voiced)]) == 3
    assert "set R2_ACCOUNT_ID (or R2_ENDPOINT)" in capsys.readouterr().err
    shutil.rmtree(voiced / "audio")
    assert run(["studio", "publish", str(voiced)]) == 1
    assert "no clips here to publish: `kahani studio voice`" in capsys.readouterr().err


def test_where_nothing_was_brought_is_not_noted(voiced: Path, s3: S3Like) -> None:
    assert run(["studio", "publish", str(voiced), "--to", "r2://kahani/fox"]) == 0
    noted = (voiced / "published.json").read_text()
    s3.trouble = lambda _, call, __: refusal(call, "403 Forbidden", "AccessDenied")
    assert run(["studio", "publish", str(voiced), "--to", "r2://another"]) == 1
    shutil.rmtree(voiced / "audio")
    assert run(["studio", "publish", str(voiced), "--to", "r2://another"]) == 1
    assert (voiced / "published.json").read_text() == noted


def test_a_proxy_of_an_unknown_kind_is_told(
    voiced: Path, s3: S3Like, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ALL_PROXY", "socks4://127.0.0.1:9")
    assert run(["studio", "publish", str(voiced)]) == 3
    assert "check HTTPS_PROXY and ALL_PROXY" in capsys.readouterr().err


def test_no_key_is_in_any_log_error_or_file(
    voiced: Path,
    s3: S3Like,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
) -> None:
    caplog.set_level(logging.DEBUG)

    def echoes(_: S3Like, call: Call, is_put: bool) -> object:
        if not is_put:
            return None
        told = f"{call.headers['authorization']} canary-secret"
        return refusal(call, f"403 {told}", "AccessDenied", f"X-Echo: {told}")

    found = ""
    for trouble in (echoes, lambda *_: None):
        s3.trouble = trouble
        run(["studio", "publish", str(voiced)])
        told = capsys.readouterr()
        found += told.out + told.err
    assert "two-nodes: 2 sent" in found
    run(["import", str(voiced)])
    found += caplog.text
    for path in tmp_path.rglob("*"):
        found += path.name + (path.read_text("latin-1") if path.is_file() else "")
    assert "canary" not in found
    assert "AWS4-HMAC" not in found


@pytest.mark.slow
def test_ctrl_c_keeps_what_is_there_and_no_key_is_an_argument(voiced: Path, s3: S3Like) -> None:
    first: list[str] = []

    def one_taken(s3: S3Like, call: Call, is_put: bool) -> object:
        if not is_put:
            return None
        if not first:
            first.append(call.path)
            return s3.take(call)
        body_of(call, most=1_000)
        call.stall()
        return False

    s3.trouble = one_taken
    program = str(Path(sys.executable).with_name("kahani"))
    kahani = subprocess.Popen(
        [program, "studio", "publish", str(voiced)], stderr=subprocess.PIPE, text=True
    )  # fmt: skip
    assert kahani.stderr
    line = ""
    while "1 of 2 clips" not in line:
        line = kahani.stderr.readline()
        assert line
    assert "canary" not in Path(f"/proc/{kahani.pid}/cmdline").read_text()
    kahani.send_signal(signal.SIGINT)
    _, told = finish(kahani, 60)
    assert kahani.returncode == 130
    assert "stopped with 1 of 2 clips published; the same command again goes on" in told
    assert len(published(voiced)) == 1
    s3.trouble = lambda *_: None
    again = subprocess.run(
        [program, "studio", "publish", str(voiced)], capture_output=True, text=True, check=True
    )
    assert again.stdout == "two-nodes: 1 sent, 1 there already\n"
