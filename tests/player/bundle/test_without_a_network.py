"""What came in a bundle is heard where there is no network at all, by the real program."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import wave
from array import array
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from player.audio.vlc import load_vlc
from player.errors import MissingPartError
from tests.player.audio.misbehaving import SECRET, Call, Server
from tests.player.bundle.bundles import STORY, files_below, write_folder

pytestmark = pytest.mark.slow

KAHANI = Path(sys.executable).with_name("kahani")
UNSHARE = ["unshare", "-n"] if os.geteuid() == 0 else ["unshare", "-rn"]
CANARY = "canary0key0canary"


def surroundings(home: Path, **more: str) -> dict[str, str]:
    ours = ("KAHANI_", "DATABASE_", "R2_")
    clean = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    return {**clean, "KAHANI_HOME": str(home), **more}


def kahani(
    home: Path, *arguments: str | Path, before: Sequence[str] = (), **more: str
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*before, KAHANI, *arguments], env=surroundings(home, **more), capture_output=True,
        text=True, timeout=300, check=False,
    )  # fmt: skip


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A fresh home that the story was just installed in, from a file."""
    folder = tmp_path_factory.mktemp("carried")
    file = folder / "demo.kahani"
    kahani(folder / "author", "import", write_folder(folder / "well"))
    made = kahani(folder / "author", "bundle", "create", "il-pozzo", "-o", file)
    assert made.stdout.splitlines() == [
        "il-pozzo: it, hi; 6 clips, 0.1 MB",
        f"{file}: 1 story, 0.1 MB",
    ]
    shutil.rmtree(folder / "author")
    checked = kahani(folder / "home", "bundle", "verify", file)
    assert (checked.returncode, checked.stdout) == (0, f"{file}: 0 errors, 0 warnings\n")
    done = kahani(folder / "home", "bundle", "install", file)
    assert (done.returncode, done.stdout) == (0, "il-pozzo: installed\n"), done.stderr
    file.unlink()
    return folder / "home"


@pytest.fixture
def nowhere() -> list[str]:
    """What puts a program where there is no interface, not even the loopback's."""
    look = [*UNSHARE, sys.executable, "-c", "import socket; print(socket.if_nameindex())"]
    try:
        done = subprocess.run(look, capture_output=True, text=True, check=False, timeout=300)
    except FileNotFoundError:
        pytest.skip("there is no unshare on this system")
    if done.returncode:
        pytest.skip(f"the kernel gives no network namespace here: {done.stderr.strip()}")
    reach = "import socket; socket.create_connection(('127.0.0.1', 9), 1)"
    tried = subprocess.run(
        [*UNSHARE, sys.executable, "-c", reach], capture_output=True, text=True, check=False
    )
    assert "Network is unreachable" in tried.stderr
    return UNSHARE


def play(home: Path, nowhere: Sequence[str], *more: str) -> list[dict[str, Any]]:
    done = kahani(
        home, "play", "il-pozzo", "--plain", "--json", "--restart", "--choices", "B,B", *more,
        before=nowhere,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.mark.parametrize("language", ["it", "hi"])
def test_an_installed_story_plays_without_any_interface(
    language: str, home: Path, nowhere: list[str]
) -> None:
    told = play(home, nowhere, "--pace", "0", "--language", language)
    nodes = [event for event in told if event["event"] == "node"]
    assert [event["node"] for event in nodes] == ["edge", "look", "end"]
    assert all(event["audio"] for event in nodes)
    assert not [event for event in told if event["event"] in ("notice", "error", "loading")]
    assert told[-1]["event"] == "finished"


def test_a_clip_that_were_not_there_would_be_told_of(
    home: Path, nowhere: list[str], tmp_path: Path
) -> None:
    shutil.copytree(home, tmp_path / "home")
    (tmp_path / "home/data/stories/il-pozzo/audio/it/0.00/sara/look.mp3").unlink()
    told = play(tmp_path / "home", nowhere, "--pace", "0", "--language", "it")
    assert any("sara/look.mp3" in str(event) for event in told if event["event"] == "notice")


def test_it_is_heard_without_any_interface(home: Path, nowhere: list[str], tmp_path: Path) -> None:
    try:
        load_vlc()
    except MissingPartError as error:
        pytest.skip(str(error))
    wav = tmp_path / "heard.wav"
    play(home, nowhere, "--language", "it", "--output", f"wav:{wav}")
    with wave.open(str(wav)) as file:
        seconds = file.getnframes() / file.getframerate()
        heard = array("h", file.readframes(file.getnframes()))
    loud = sum(abs(sample) > 300 for sample in heard) / len(heard)
    assert seconds > 4.5  # 1.5 s, 2.24 s and 1.24 s, and what lies between
    assert loud > 0.5


def test_it_is_in_the_library_and_can_be_checked_and_exported(home: Path, tmp_path: Path) -> None:
    listed = kahani(home, "play", "--plain", "--json").stdout.splitlines()
    assert "il-pozzo" in [json.loads(line)["slug"] for line in listed]
    assert kahani(home, "check", "il-pozzo").stdout == "il-pozzo: 0 errors, 0 warnings\n"
    assert kahani(home, "export", "il-pozzo", "--to", tmp_path / "out").returncode == 0
    assert len(list((tmp_path / "out").rglob("*.mp3"))) == 6


def test_a_newer_bundle_takes_its_place_and_the_listener_goes_on_where_they_were(
    home: Path, tmp_path: Path
) -> None:
    own, author, file = tmp_path / "home", tmp_path / "author", tmp_path / "newer.kahani"
    shutil.copytree(home, own)
    begun = kahani(
        own, "play", "il-pozzo", "--plain", "--json", "--pace", "0", "--language", "it",
        "--choices", "B,q",
    )  # fmt: skip
    assert begun.returncode == 0, begun.stderr
    newer = STORY.replace("it: Ancora?", "it: Guarda ancora?")
    kahani(author, "import", write_folder(tmp_path / "well", newer))
    kahani(author, "bundle", "create", "il-pozzo", "-o", file)
    assert kahani(own, "bundle", "install", file).stdout == "il-pozzo: updated\n"
    assert kahani(own, "bundle", "install", file).stdout == "il-pozzo: already installed\n"
    done = kahani(
        own, "play", "il-pozzo", "--plain", "--json", "--pace", "0", "--choices", "B"
    )  # fmt: skip
    told = [json.loads(line) for line in done.stdout.splitlines()]
    assert told[0]["resumed"]
    first = next(event for event in told if event["event"] == "node")
    assert first["text"] == "Guarda ancora?"
    with closing(sqlite3.connect(own / "data" / "kahani.sqlite")) as store:
        assert store.execute("SELECT count(*) FROM user_progress").fetchone() == (1,)


@pytest.fixture
def bucket(home: Path) -> Iterator[Server]:
    """A server that has the clips, and answers nobody without a signature."""
    clips = {
        hashlib.sha256(content).hexdigest(): content
        for name, content in files_below(home / "data" / "stories").items()
        if name.endswith(".mp3")
    }

    def answer(call: Call) -> None:
        path, _, query = call.path.partition("?")
        sound = clips.get(path.rpartition("/")[2].removesuffix(".mp3"))
        if SECRET not in query or sound is None:
            call.answer("403 Forbidden", call.path.encode())
        else:
            call.sound(sound)

    server = Server(answer)
    yield server
    server.close()


def far_away(home: Path, bucket: Server, own: Path) -> Path:
    """Make a home whose clips lie at signed addresses."""
    shutil.copytree(home, own)
    shutil.rmtree(own / "data/stories/il-pozzo/audio")
    with closing(sqlite3.connect(own / "data" / "kahani.sqlite")) as store:
        store.execute(
            "UPDATE audio_files SET r2_url = ? || '/clips/' || checksum || '.mp3?' || ?"
            " WHERE checksum IN (SELECT checksum FROM audio_files)"
            " AND speaker_id IN ('sara', 'meera') AND node_id IN"
            " (SELECT n.id FROM story_nodes n JOIN stories s ON s.id = n.story_id"
            " WHERE s.slug = 'il-pozzo')",
            (bucket.url, SECRET),
        )
        store.commit()
    return own


def test_clips_in_a_bucket_are_fetched_and_no_secret_goes_into_the_file(
    home: Path, bucket: Server, tmp_path: Path
) -> None:
    file, keys = (
        tmp_path / "demo.kahani",
        {"R2_ACCESS_KEY_ID": CANARY, "R2_SECRET_ACCESS_KEY": CANARY},
    )
    own = far_away(home, bucket, tmp_path / "home")
    made = kahani(own, "bundle", "create", "il-pozzo", "-o", file, **keys)
    assert made.returncode == 0, made.stderr
    assert len(bucket.calls) == 3  # three sounds, each heard twice in the story
    kahani(tmp_path / "friend", "bundle", "install", file)
    unpacked = files_below(tmp_path / "friend")
    assert len([name for name in unpacked if name.endswith(".mp3")]) == 6
    for content in (file.read_bytes(), *unpacked.values(), made.stderr.encode()):
        for secret in ("canary", "X-Amz", bucket.url, str(tmp_path)):
            assert secret.encode() not in content


def test_a_bucket_that_refuses_is_told_of_without_a_secret(
    home: Path, bucket: Server, tmp_path: Path
) -> None:
    own = far_away(home, bucket, tmp_path / "home")
    with closing(sqlite3.connect(own / "data" / "kahani.sqlite")) as store:
        store.execute("UPDATE audio_files SET r2_url = replace(r2_url, '.mp3?', '.mp3?x')")
        store.execute("UPDATE audio_files SET r2_url = replace(r2_url, ?, ?)", (SECRET, "canary"))
        store.commit()
    made = kahani(own, "bundle", "create", "il-pozzo", "-o", tmp_path / "demo.kahani")
    assert made.returncode == 1
    assert "clips are missing, so nothing was written:" in made.stderr
    assert "canary" not in made.stdout + made.stderr
    assert not (tmp_path / "demo.kahani").exists()
