"""Fault 4 and 10 for the cache: killed at any step, alone or two at once, no wrong file is left."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.player.audio.fetching import here, patient
from tests.player.audio.misbehaving import Call, Server, clip_of, sound_of

ROOT = Path(__file__).parents[2]
SIZE = 20_000


def players(*arguments: str | Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.faults.cache_players", *map(str, arguments)],
        cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip


def counts(process: subprocess.Popen[str], timeout: float) -> Counter[str]:
    out, err = process.communicate(timeout=timeout)
    assert process.returncode == 0, err
    rows = (line.rpartition(":") for line in out.splitlines())
    return Counter({name: int(number) for name, _, number in rows})


@pytest.fixture
def server() -> Iterator[Server]:
    """A server that takes a moment in the middle of each clip."""

    def halting(call: Call) -> None:
        sound = sound_of(call.path, SIZE)
        if call.start:
            call.sound(sound)
            return
        call.partly(sound, SIZE // 2)
        call.pause(0.01)
        call.send(sound[SIZE // 2 :])

    server = Server(halting)
    yield server
    server.close()


@pytest.mark.slow
def test_killed_at_some_of_its_steps_the_next_player_finds_everything_in_order(
    tmp_path: Path,
) -> None:
    seen = counts(players("steps", tmp_path, "23"), 600)
    assert seen.pop("lived") == 1
    assert sum(seen.values()) >= 20


@pytest.mark.slow
def test_killed_at_any_of_its_steps_the_next_player_finds_everything_in_order(
    tmp_path: Path,
) -> None:
    seen = counts(players("steps", tmp_path, "1"), 1800)
    assert seen.keys() >= {
        "open", "write", "written in part", "fsync", "os.rename", "os.remove", "os.mkdir",
        "sqlite3.connect", "sql BEGIN", "sql INSERT", "sql COMMIT",
    }  # fmt: skip
    assert sum(seen.values()) > 400


def test_two_players_with_one_cache_ask_for_each_clip_once(server: Server, tmp_path: Path) -> None:
    both = [players("fetch", tmp_path, server.url, str(seed)) for seed in (1, 2)]
    for process in both:
        counts(process, 300)
    asked = Counter(call.path for call in server.calls)
    assert asked == dict.fromkeys((f"/{name}" for name in "abcdefghijklmnop"), 1)


def test_a_clip_that_another_player_fetched_meanwhile_can_be_heard_by_those_who_waited(
    tmp_path: Path,
) -> None:
    content = sound_of("/a", SIZE)
    clip = clip_of("a", content, "http://127.0.0.1:9/nobody-answers")
    with (
        players("bring", tmp_path) as other,
        here(lambda _: None, tmp_path, patience=patient()) as (_, downloads, _),
    ):
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        download = downloads.get(clip)
        other.communicate("keep it\n", 60)
        download.path(60)
        assert (download.received, download.read(0, SIZE)) == (SIZE, content)


@pytest.mark.slow
def test_after_three_hundred_players_killed_at_random_two_at_a_time_no_file_is_wrong(
    server: Server, tmp_path: Path
) -> None:
    fates = counts(players("rounds", tmp_path, server.url, "300"), 1800)
    assert fates["killed"] >= 300
    assert len(server.calls) > 200, "they were killed before they did anything"
