"""Faults 5 and 6 for the cache: whatever the disk refuses, clips are heard and one notice told."""

from __future__ import annotations

import os
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from player.audio.cache import ClipCache
from player.story.graph import Clip
from tests.player.audio.fetching import here
from tests.player.audio.misbehaving import clip_of, sound_of

ROOT = Path(__file__).parents[2]
NOBODY = 65534
SIZE = 60_000


def content(name: str) -> bytes:
    return sound_of(f"/{name}", SIZE)


def named(name: str, url: str = "https://clips.example") -> Clip:
    return clip_of(name, content(name), f"{url}/{name}")


def heard_uncached(folder: Path, names: str = "abc") -> list[str]:
    """Put clips in and hear each; return the notices."""
    told: list[str] = []
    cache = ClipCache(folder, tell=told.append)
    for name in names:
        path = cache.keep(named(name), content(name))
        assert path.read_bytes() == content(name)
        assert cache.find(named(name)) == path
    cache.close()
    return told


def where_files_end_at(size: int, work: Callable[[], None]) -> None:
    """Work in a process of its own whose files the system lets grow to `size` bytes only."""
    process = os.fork()
    if not process:
        code = 1
        try:
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
            work()
            code = 0
        except BaseException:
            traceback.print_exc()
            raise
        finally:
            os._exit(code)
    assert os.waitpid(process, 0)[1] == 0


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 160 KB; only root may make one."""
    disk = tmp_path / "disk"
    disk.mkdir()
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=160k", "tmpfs", disk], capture_output=True, check=False
    )
    if done.returncode:
        pytest.skip("only root may mount a disk here; the limit on files shows the same")
    yield disk
    subprocess.run(["umount", "-l", disk], check=True)


def test_on_a_full_disk_clips_are_heard_uncached_and_one_notice_says_so(small_disk: Path) -> None:
    told = heard_uncached(small_disk / "cache", "abcdef")
    assert len(told) == 1
    assert "keeps no clips" in told[0]
    assert "Free some space" in told[0]
    here = [p for p in (small_disk / "cache" / "objects").rglob("*") if p.is_file()]
    assert all(p.read_bytes() in map(content, "abcdef") for p in here)


def test_where_files_may_not_grow_no_half_of_a_clip_stays(tmp_path: Path) -> None:
    script = (
        "import sys; from pathlib import Path\n"
        "from tests.faults.test_cache_disk import *\n"
        "where_files_end_at(50_000, lambda: check_limited(Path(sys.argv[1])))\n"
    )
    subprocess.run(
        [sys.executable, "-c", script, tmp_path / "cache"], cwd=ROOT, check=True, timeout=300
    )
    assert [p for p in tmp_path.rglob("*") if p.is_file() and p.parent.name == "new"] == []
    assert [p for p in (tmp_path / "cache").rglob("objects/*/*") if p.is_file()] == []


def check_limited(folder: Path) -> None:
    """Neither the cache nor memory takes the clip: only the download itself still has it."""
    told: list[str] = []
    cache = ClipCache(folder, tell=told.append)
    with pytest.raises(OSError, match="File too large"):
        cache.keep(named("a"), content("a"))
    assert len(told) == 1
    assert "File too large" in told[0]
    cache.close()


def test_a_cache_that_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "cache").write_bytes(b"")
    (told,) = heard_uncached(tmp_path / "cache")
    assert "and that it is a folder" in told
    assert (tmp_path / "cache").read_bytes() == b""


def test_a_cache_under_a_file(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    assert len(heard_uncached(tmp_path / "file" / "cache")) == 1


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that anybody may look into, unlike those of pytest."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


@pytest.mark.parametrize("whose", ["read-only", "not ours"])
def test_a_cache_that_may_not_be_written_is_read_and_clips_are_heard(
    open_folder: Path, whose: str
) -> None:
    folder = open_folder / "cache"
    before = ClipCache(folder)
    before.keep(named("z"), content("z"))
    before.close()
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o555 if path.is_dir() else 0o444)
    if whose == "not ours" and os.getuid() == 0:
        for path in (folder, *folder.rglob("*")):
            path.chmod(0o755 if path.is_dir() else 0o644)
    done = subprocess.run(
        [sys.executable, "-c", UNWRITABLE, folder], cwd=ROOT, capture_output=True, text=True,
        timeout=300, check=False, env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o755)
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("\n") == 1
    assert "Check who owns" in done.stdout


UNWRITABLE = """
import os, sys
from pathlib import Path
from player.audio.cache import ClipCache
from tests.faults.test_cache_disk import NOBODY, content, heard_uncached, named
if os.getuid() == 0:
    os.setuid(NOBODY)
folder = Path(sys.argv[1])
there = ClipCache(folder).find(named("z"))
assert there and there.is_relative_to(folder), there
print(*heard_uncached(folder), sep="\\n")
"""


def test_a_cache_that_is_deleted_while_running_is_made_again(tmp_path: Path) -> None:
    folder = tmp_path / "cache"
    told: list[str] = []
    cache = ClipCache(folder, cap_bytes=3 * SIZE, tell=told.append)
    for name in "abcdefgh":
        if name in "cf":
            shutil.rmtree(folder)
        path = cache.keep(named(name), content(name))
        assert path.read_bytes() == content(name)
        assert cache.find(named(name)) == path
        assert folder in path.parents
    cache.close()
    after = ClipCache(folder)
    assert [n for n in "abcdefgh" if after.find(named(n))] == ["f", "g", "h"]
    after.close()
    assert told == []


def test_a_cache_that_is_deleted_in_the_middle_of_a_download(tmp_path: Path) -> None:
    folder = tmp_path / "cache"

    def deleting(call: object) -> None:
        call.partly(content("a"), 10_000)  # type: ignore[attr-defined]
        shutil.rmtree(folder, ignore_errors=True)
        call.send(content("a")[10_000:])  # type: ignore[attr-defined]

    with here(deleting, folder) as (server, downloads, _):
        path = downloads.get(named("a", server.url)).path(30)
        assert path.read_bytes() == content("a")
        assert len(server.calls) == 1


def test_loose_clips_of_a_killed_player_are_swept_by_the_next(tmp_path: Path) -> None:
    (tmp_path / "cache").write_bytes(b"")
    killed = subprocess.Popen(
        [sys.executable, "-c", LEAVE, tmp_path / "cache"], cwd=ROOT, stdout=subprocess.PIPE,
        text=True, env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert killed.stdout
    left = Path(killed.stdout.readline().strip())
    assert left.is_file()
    killed.kill()
    killed.communicate()
    heard_uncached(tmp_path / "cache")
    assert not left.parent.exists()


LEAVE = """
import sys, time
from pathlib import Path
from player.audio.cache import ClipCache
from tests.faults.test_cache_disk import content, named
print(ClipCache(Path(sys.argv[1])).keep(named("a"), content("a")), flush=True)
time.sleep(60)
"""
