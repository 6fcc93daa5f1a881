"""Faults 5, 6, 10, 18 and 19, as a listener meets them: the disk of the cache, and who shares it.

What the cache itself does is in test_cache_disk.py and test_cache_killed.py; a store without room
is in tests/db/test_store_faults.py; pinning more than the cap in tests/test_cache_command.py.
"""

from __future__ import annotations

import shutil
import threading
from collections import Counter
from pathlib import Path
from typing import Any, Final

import pytest

from player.audio.cache import MEGABYTE, ClipCache
from tests.faults.far_away import HEARD, LENGTH_MS, WAYS, Listener, Settle, heard_s, may_mount
from tests.faults.oracle import assert_all_gone, choices_in, is_well, kept_in, stays_well
from tests.player.audio.misbehaving import clip_of, sound_of

pytestmark = pytest.mark.slow

WHOLE_S: Final = 0.8 * len(HEARD) * LENGTH_MS / 1000


def test_whatever_the_disk_of_the_cache_refuses_every_clip_is_heard_and_one_notice_told(
    libvlc: None, settle: Settle
) -> None:
    if not may_mount():
        pytest.skip("nobody but root may make disks here; test_cache_disk.py limits files instead")
    full, read_only, file = (settle(name=name) for name in ("full", "read-only", "file"))
    runs = {}
    for listener, options in ((full, "size=40k"), (read_only, "ro")):
        cache = listener.home.cache
        cache.mkdir()
        mounting = f"mount -t tmpfs -o {options} tmpfs {cache}"
        runs[listener.home.folder.name] = (listener, listener.home.begin(mounting=mounting))
    file.home.cache.write_bytes(b"a file")
    runs["file"] = (file, file.home.begin())
    for name, (listener, run) in runs.items():
        is_well(listener.home, run.end())
        assert run.nodes == HEARD, name
        (notice,) = run.notices
        assert "keeps no clips" in notice, name
        assert "the story goes on" in notice, name
        assert heard_s(listener.home) > WHOLE_S, name
    assert file.home.cache.read_bytes() == b"a file"


def test_a_cache_that_is_deleted_in_mid_story_is_made_again(libvlc: None, settle: Settle) -> None:
    is_deleted = threading.Event()

    def later(call: Any, content: bytes) -> None:
        """Give the end of the story only when it can be kept."""
        if call.path == "/home":
            is_deleted.wait(60)
        call.sound(content)

    listener = settle(later, FAULTS_READ_S="60")
    run = listener.home.begin()
    run.next("node", node="hill")
    shutil.rmtree(listener.home.cache, ignore_errors=True)
    is_deleted.set()
    is_well(listener.home, run.end())
    assert run.nodes == HEARD
    assert len(run.notices) <= 1  # its file may have gone just before it was opened
    assert heard_s(listener.home) > WHOLE_S - len(run.notices) * LENGTH_MS / 1000
    assert listener.contents["home"] in [p.read_bytes() for p in kept_in(listener.home.cache)]


def test_two_players_of_one_listener_fetch_each_clip_once_and_keep_their_own_ways(
    libvlc: None, settle: Settle
) -> None:
    def slowly(call: Any, content: bytes) -> None:
        call.partly(content, 1_000)
        call.pause(0.1)
        call.send(content[1_000:])

    listener = settle(slowly)
    ways = {"A": HEARD, "B": ("gate", "fork", "river", "ford", "home")}
    runs = {
        key: listener.home.begin("--restart", sound=f"wav:{listener.home.folder / key}.wav",
                                 choices=[key, "A"])
        for key in ways
    }  # fmt: skip
    for key, run in runs.items():
        run.end()
        assert (run.code, run.nodes, run.notices) == (0, ways[key], [])
        assert run.of("choice", "key") == [key, "A"]
        assert_all_gone(run.process.pid)
    stays_well(listener.home)
    assert Counter(choices_in(listener.home.store)) == {"A": 3, "B": 1}
    assert listener.asked()["gate"] == 1, "both wanted it at the same time"


def flip(path: Path) -> None:
    """Change one bit in the middle."""
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def first_clip(listener: Listener) -> Path:
    """Return the file of the first clip that is heard."""
    content = listener.contents["gate"]
    (found,) = (p for p in kept_in(listener.home.cache) if p.read_bytes() == content)
    return found


def test_a_clip_that_was_damaged_on_the_disk_is_fetched_again_or_told_of_without_a_network(
    libvlc: None, settle: Settle
) -> None:
    listener = settle()
    listener.keep()
    flip(first_clip(listener))
    again = listener.home.begin().end()
    assert (again.nodes, again.notices) == (HEARD, [])
    assert listener.asked() == {"gate": 1}
    assert heard_s(listener.home) > WHOLE_S
    flip(first_clip(listener))
    listener.server.close()
    offline = listener.home.begin("--restart").end()
    is_well(listener.home, again, offline)
    assert offline.nodes == HEARD
    (notice,) = offline.notices
    assert "damaged on this machine and needs the network" in notice
    assert "The story goes on as text" in notice


def test_a_pinned_story_is_heard_without_a_network_however_much_came_after_it(
    libvlc: None, settle: Settle
) -> None:
    listener = settle(KAHANI_CACHE_SIZE_MB="1")
    done = listener.home.run("cache", "pin", "road")
    assert done.returncode == 0, done.stderr
    listener.server.close()
    others = ClipCache(listener.home.cache, cap_bytes=MEGABYTE)
    for number in range(25):
        content = sound_of(str(number), 60_000)
        others.keep(clip_of(str(number), content, "https://clips.example/"), content)
    others.close()
    assert 10 < len(kept_in(listener.home.cache)) < 25
    run = listener.home.begin().end()
    is_well(listener.home, run)
    assert (run.nodes, run.notices) == (HEARD, [])
    assert heard_s(listener.home) > WHOLE_S
    assert listener.asked() == dict.fromkeys(WAYS, 1)
