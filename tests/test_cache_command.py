"""kahani cache, as people and scripts use it: a real process, a real server, a real folder."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.player.audio.misbehaving import Call, Server

pytestmark = pytest.mark.slow

KAHANI = Path(sys.executable).with_name("kahani")
FOX = Path(__file__).parents[1] / "assets" / "stories" / "la-volpe-e-la-luna"


class Listener:
    """A home with a story whose clips lie in a bucket that is public at our server."""

    def __init__(self, folder: Path, home: Path) -> None:
        self.folder = folder
        shutil.copytree(home, folder, dirs_exist_ok=True)
        sounds = [path.read_bytes() for path in (FOX / "audio").rglob("*.mp3")]
        self.sounds = {hashed(sound): sound for sound in sounds}
        self.megabytes = f"{sum(map(len, self.sounds.values())) / 1_000_000:.1f} MB"
        self.hold = threading.Event()
        self.hold.set()
        self.serve()

    def serve(self) -> None:
        """Have a server that nobody asked anything yet."""
        self.server = Server(self._answer)
        self.env = {**surroundings(self.folder), "R2_PUBLIC_URL": self.server.url}

    def _answer(self, call: Call) -> None:
        if len(self.server.calls) > 5:
            self.hold.wait(60)
        sound = self.sounds.get(call.path.removeprefix("/clips/").removesuffix(".mp3"))
        if sound is None:
            call.answer("404 Not Found")
        else:
            call.sound(sound)

    def run(self, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [KAHANI, *arguments], env={**self.env, **more}, capture_output=True, text=True,
            timeout=300, check=False,
        )  # fmt: skip

    def status(self) -> dict[str, object]:
        found: dict[str, object] = json.loads(self.run("cache", "status", "--json").stdout)
        return found

    def objects(self) -> list[Path]:
        return sorted(p for p in (self.folder / "cache" / "objects").rglob("*") if p.is_file())


def surroundings(home: Path) -> dict[str, str]:
    ours = ("KAHANI_", "DATABASE_", "R2_")
    clean = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    return {**clean, "KAHANI_HOME": str(home)}


def hashed(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home into which a story came without its clips, to be copied."""
    home, story = tmp_path_factory.mktemp("home"), tmp_path_factory.mktemp("story") / "fox"
    shutil.copytree(FOX, story)
    file = story / "story.yaml"
    file.write_text(file.read_text("utf-8").replace(FOX.name, "fox", 1), "utf-8")
    subprocess.run([KAHANI, "import", story], env=surroundings(home), check=True)
    shutil.rmtree(home / "data" / "stories" / "fox" / "audio")
    return home


@pytest.fixture
def listener(tmp_path: Path, home: Path) -> Iterator[Listener]:
    listener = Listener(tmp_path, home)
    yield listener
    listener.hold.set()
    listener.server.close()


def test_an_empty_cache_says_where_it_would_be(listener: Listener) -> None:
    told = listener.run("cache", "status").stdout
    assert str(listener.folder / "cache") in told
    assert "clips    0, 0.0 MB of at most 2,000 MB" in told
    assert not (listener.folder / "cache").exists()


def test_pinning_tells_the_size_fetches_everything_once_and_keeps_it(listener: Listener) -> None:
    done = listener.run("cache", "pin", "fox")
    assert done.returncode == 0, done.stderr
    count, size = len(listener.sounds), listener.megabytes
    first, last = done.stdout.splitlines()
    assert first == f"fox: {count} clips, {size}; {count} to fetch, {size}"
    assert last.startswith(f"{count} of {count} clips, {size[:-3]} of {size}, ")
    assert last.endswith(" KB/s")
    assert len(listener.server.calls) == count
    assert {hashed(path.read_bytes()) for path in listener.objects()} == set(listener.sounds)
    again = listener.run("cache", "pin", "fox")
    assert again.stdout == f"fox: {count} clips, {size}; 0 to fetch, 0.0 MB\n"
    assert len(listener.server.calls) == count
    assert listener.status()["pins"] == [
        {"slug": "fox", "language": None, "clips": count, "clips_here": count,
         "bytes": sum(map(len, listener.sounds.values()))}
    ]  # fmt: skip
    assert listener.run("cache", "clear").stdout == "0 clips deleted, 0.0 MB\n"
    assert listener.run("cache", "unpin", "fox").returncode == 0
    assert listener.run("cache", "clear").stdout == f"{count} clips deleted, {size}\n"


def test_a_damaged_clip_is_found_by_verify_and_fetched_by_the_next_pin(listener: Listener) -> None:
    listener.run("cache", "pin", "fox", "--language", "it")
    assert listener.run("cache", "verify").returncode == 0
    damaged = listener.objects()[0]
    damaged.write_bytes(b"x")
    found = listener.run("cache", "verify")
    assert found.returncode == 1
    assert found.stdout.endswith(
        "; 1 was damaged and is set aside; it is fetched again when it is wanted\n"
    )
    assert found.stderr == f"damaged  {damaged.parent.name}{damaged.name}\n"
    assert "damaged  1 set aside in" in listener.run("cache", "status").stdout
    assert "1 to fetch" in listener.run("cache", "pin", "fox", "--language", "it").stdout
    assert listener.run("cache", "verify").returncode == 0


def test_what_verify_says_fits_how_many_there_are(listener: Listener) -> None:
    listener.run("cache", "pin", "fox", "--language", "it")
    first, second, third, *rest = listener.objects()
    for clip in rest:
        clip.unlink()
    first.write_bytes(b"x")
    second.write_bytes(b"x")
    size = f"{third.stat().st_size / 1_000_000:.1f} MB"
    assert listener.run("cache", "verify").stdout == (
        f"1 clip is whole, {size}; 2 were damaged and are set aside;"
        " they are fetched again when they are wanted\n"
    )
    third.unlink()
    assert listener.run("cache", "verify").stdout == "0 clips are whole, 0.0 MB\n"


def test_more_than_the_cap_is_refused_with_the_sizes_before_anything_is_fetched(
    listener: Listener,
) -> None:
    done = listener.run("cache", "pin", "fox", KAHANI_CACHE_SIZE_MB="1")
    assert done.returncode == 1
    assert (
        f"fox has {listener.megabytes} of clips: more than the cache may hold, 1.0 MB"
        in done.stderr
    )
    assert listener.server.calls == []
    assert listener.status()["pins"] == []


def test_what_cannot_be_fetched_is_named_and_the_rest_is_kept(listener: Listener) -> None:
    missing = sorted(listener.sounds)[:5]
    for name in missing:
        del listener.sounds[name]
    done = listener.run("cache", "pin", "fox")
    assert done.returncode == 1
    assert done.stderr.count("it is not at 127.0.0.1 (404)") == 3
    assert "and 2 more" in done.stderr
    assert len(listener.objects()) == len(listener.sounds)


def test_ctrl_c_stops_safely_and_the_same_again_goes_on(listener: Listener) -> None:
    listener.hold.clear()
    process = subprocess.Popen(
        [KAHANI, "cache", "pin", "fox"], env=listener.env, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    for _ in range(6):
        listener.server.called.get(timeout=60)
    process.send_signal(signal.SIGINT)
    _, told = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "the same command again goes on from there" in told
    assert "Traceback" not in told
    here = {hashed(path.read_bytes()) for path in listener.objects()}
    assert here < set(listener.sounds)
    listener.hold.set()
    listener.server.close()
    listener.serve()  # the other may still take in what it was asked last
    assert listener.run("cache", "pin", "fox").returncode == 0
    assert len(listener.server.calls) == len(listener.sounds) - len(here)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("pin", "nobody"), 'no story "nobody"'),
        (("pin", "fox", "--language", "xx"), "not told in 'xx'; there is it"),
        (("unpin", "fox"), "fox is not pinned so; there is nothing"),
    ],
)
def test_what_there_is_not_is_told_with_what_there_is(
    listener: Listener, arguments: tuple[str, ...], told: str
) -> None:
    done = listener.run("cache", *arguments)
    assert done.returncode == 2
    assert told in done.stderr
    assert done.stderr.count("\n") == 1


def test_without_a_way_to_the_clips_a_sentence_says_what_to_set(listener: Listener) -> None:
    done = listener.run("cache", "pin", "fox", R2_PUBLIC_URL="")
    assert done.returncode == 1
    assert "set R2_ACCOUNT_ID (or R2_ENDPOINT), R2_ACCESS_KEY_ID" in done.stderr
    assert listener.status()["pins"] == []


def test_a_cache_that_is_a_file_is_told_of_in_one_line(listener: Listener) -> None:
    (listener.folder / "cache").write_text("")
    for command in (("clear",), ("pin", "fox"), ("verify",), ("status",)):
        done = listener.run("cache", *command)
        assert "Traceback" not in done.stderr
        assert done.stderr.count("\n") <= 1


def test_the_doctor_tells_what_lies_elsewhere_and_whether_it_would_come(
    listener: Listener,
) -> None:
    count = len(listener.sounds)
    done = listener.run("doctor")
    assert f"1 story has {count} of them; 0 are in the cache" in done.stdout
    assert "127.0.0.1 answers, by R2_PUBLIC_URL" in done.stdout
    listener.run("cache", "pin", "fox")
    listener.server.close()
    without = json.loads(listener.run("doctor", "--json").stdout)
    told = {finding["name"]: finding for finding in without["findings"]}
    assert f"{count} are in the cache" in told["clips elsewhere"]["text"]
    assert told["clips"]["state"] == "ok"
    assert told["clip server"]["state"] == "note"
    assert "127.0.0.1 accepts no connections" in told["clip server"]["text"]


def test_the_doctor_says_what_to_set_where_nothing_leads_to_the_clips(listener: Listener) -> None:
    secrets = {"R2_ACCESS_KEY_ID": "canary-id", "R2_SECRET_ACCESS_KEY": "canary-secret"}
    done = listener.run("doctor", R2_PUBLIC_URL="", **secrets)
    assert "set R2_ACCOUNT_ID (or R2_ENDPOINT)" in done.stdout
    assert "canary" not in done.stdout + done.stderr
