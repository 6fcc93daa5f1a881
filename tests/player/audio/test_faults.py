"""Sound that goes wrong is told apart: missing, garbage, cut, stalled, no device, no libVLC."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from player.audio import engine
from player.audio.output import (
    ClipEndedEarly,
    ClipFailed,
    ClipFinished,
    ClipRequest,
    ClipStalled,
    ClipStarted,
)
from player.audio.vlc import VlcOutput, WavOutput, load_vlc, probe
from tests.player.audio.fetching import have_ended

if TYPE_CHECKING:
    from tests.player.audio.conftest import Hearing, Room, Sample, Told, WaitUntil


def heard_to_its_end(room: Room, fall: Sample) -> None:
    room.play(99, fall, start_ms=900)
    assert room.told.end() == ClipFinished(99)


def test_a_missing_file_fails_with_its_name(room: Room, fall: Sample, tmp_path: Path) -> None:
    room.play(1, replace(fall, path=tmp_path / "gone.mp3"))
    failed = room.told.end()
    assert isinstance(failed, ClipFailed)
    assert "gone.mp3" in failed.reason
    heard_to_its_end(room, fall)


def test_a_login_page_is_no_finished_clip(room: Room, fall: Sample, tmp_path: Path) -> None:
    page = tmp_path / "page.mp3"
    page.write_text("<html><body>Please log in</body></html>", encoding="utf-8")
    room.play(1, replace(fall, path=page))
    assert isinstance(room.told.end(), ClipEndedEarly)
    heard_to_its_end(room, fall)


def test_a_cut_file_ends_early_where_it_was_cut(room: Room, rise: Sample, tmp_path: Path) -> None:
    cut = tmp_path / "cut.mp3"
    cut.write_bytes(rise.path.read_bytes()[:7000])
    room.play(1, replace(rise, path=cut))
    room.started(1)
    ended = room.told.end()
    assert isinstance(ended, ClipEndedEarly)
    assert 700 < ended.position_ms < 1240


@pytest.mark.slow
def test_a_clip_longer_than_was_said_is_heard_whole(
    room: Room, fall: Sample, hearing: Hearing
) -> None:
    room.play(1, replace(fall, duration_ms=600))
    assert room.told.end() == ClipFinished(1)
    sound = room.heard()
    assert len(sound) / 48 >= 1240 - 30  # and what a busy machine is late
    assert max(fall.place_ms(hz) for _, hz in hearing.pitches(sound)) > 1000


@pytest.mark.slow
def test_a_seek_back_at_the_very_end_is_heard(room: Room, fall: Sample, hearing: Hearing) -> None:
    room.told.at_once(ClipStarted, lambda: room.output.seek(400))
    room.play(1, fall, start_ms=1150)  # libVLC has given all of it before the seek is made
    room.started(1)
    assert room.told.end() == ClipFinished(1)
    places = [fall.place_ms(hz) for _, hz in hearing.pitches(room.heard())]
    assert 350 < min(places) < 500


@pytest.mark.slow
def test_a_source_that_gives_nothing_is_a_stall_and_the_next_clip_plays(
    room: Room, fall: Sample, tmp_path: Path
) -> None:
    pipe = tmp_path / "pipe.mp3"
    os.mkfifo(pipe)
    writer = os.open(pipe, os.O_RDWR)
    try:
        room.play(1, replace(fall, path=pipe))
        assert isinstance(room.told.next(), ClipStalled)
        heard_to_its_end(room, fall)
    finally:
        os.close(writer)


@pytest.mark.skipif(sys.platform != "linux", reason="the ways to a device are named for Linux")
def test_without_a_sound_device_the_clip_fails_and_says_so(
    libvlc: None, rise: Sample, tmp_path: Path
) -> None:
    program = """
import queue, sys
from pathlib import Path
from player.audio.output import ClipRequest
from player.audio.vlc import VlcOutput
told = queue.SimpleQueue()
output = VlcOutput()
output.start(told.put)
output.play(ClipRequest(token=1, path=Path(sys.argv[1]), duration_ms=2240))
print(told.get(timeout=50))
print(told.get(timeout=50))
output.close()
"""
    no_device = {
        "PULSE_SERVER": str(tmp_path / "none"),
        "XDG_RUNTIME_DIR": str(tmp_path),
        "ALSA_CONFIG_PATH": "/dev/null",
        "JACK_NO_START_SERVER": "1",
    }
    done = run(program, str(rise.path), **no_device)
    assert done.stdout.startswith("ClipStarted(token=1)\nClipFailed(token=1")
    assert "No sound device" in done.stdout


def test_without_libvlc_it_says_what_to_install(tmp_path: Path) -> None:
    program = """
from player.audio.vlc import VlcOutput, probe
from player.errors import MissingPartError
for attempt in (probe, lambda: VlcOutput().start(print)):
    try:
        attempt()
    except MissingPartError as error:
        print(error)
"""
    done = run(program, PYTHON_VLC_LIB_PATH=str(tmp_path / "libvlc.so"))
    sentence, same = done.stdout.splitlines()
    assert sentence == same
    assert sentence.startswith("libVLC was not found. ")
    assert "videolan" in sentence or "libvlc5 vlc-plugin-base" in sentence


def test_an_option_that_libvlc_does_not_know_costs_no_sound(
    libvlc: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "ARGUMENTS", ("--quiet", "--no-such-option-there"))
    instance = engine.new_instance(load_vlc())
    assert instance is not None
    instance.release()


def test_the_probe_names_the_version(libvlc: None) -> None:
    assert probe().startswith("3.")


def test_five_hundred_wishes_at_random_leave_a_player_that_plays(
    room: Room, rise: Sample, fall: Sample, tmp_path: Path
) -> None:
    garbage = tmp_path / "garbage.mp3"
    garbage.write_bytes(random.Random(1).randbytes(20_000))
    paths = [rise.path, fall.path, garbage, tmp_path / "gone.mp3", None]
    dice = random.Random(20)
    output = room.output
    wishes = [
        output.pause,
        output.resume,
        lambda: output.seek(dice.randrange(-500, 3000)),
        lambda: output.set_speed(dice.choice([0.5, 0.8, 1.0, 1.7, 2.0])),
        lambda: output.set_volume(dice.randrange(-5, 120)),
        lambda: output.prepare(fall.path),
        output.stop,
    ]
    for token in range(500):
        if dice.random() < 0.4:
            output.play(
                ClipRequest(
                    token=token,
                    path=dice.choice(paths),
                    duration_ms=2240,
                    start_ms=dice.choice([0, 0, 700]),
                    paused=dice.random() < 0.1,
                )
            )
        else:
            dice.choice(wishes)()
        assert output.position_ms() >= 0
        if token % 10 == 0:
            room.told.wait_briefly(0.02)
    output.set_speed(1.0)
    room.play(999, fall, start_ms=900)
    while room.told.end() != ClipFinished(999):  # those before may have ended unnoticed
        pass


@pytest.mark.skipif(sys.platform != "linux", reason="counts in /proc")
@pytest.mark.slow
def test_thirty_clips_leave_no_thread_and_no_file_open(
    room: Room, fall: Sample, wait_until: WaitUntil
) -> None:
    def counts() -> tuple[int, int]:
        open_files, threads = Path("/proc/self/fd"), Path("/proc/self/task")
        return len(list(open_files.iterdir())), len(list(threads.iterdir()))

    def are_gone() -> bool:
        """Whether no more is there than at the end of the first; libVLC lets go at its own pace."""
        return all(now <= then for now, then in zip(counts(), before, strict=True))

    def hear(token: int) -> None:
        room.play(token, fall, start_ms=1220)
        assert room.told.end() == ClipFinished(token)

    hear(0)
    before = counts()
    for token in range(1, 30):
        hear(token)
    room.output.stop()
    wait_until(are_gone)


def test_closing_is_quick_in_the_middle_of_a_clip_and_may_be_done_twice(
    libvlc: None, rise: Sample, told: Told, tmp_path: Path
) -> None:
    before = set(threading.enumerate())
    output = WavOutput(tmp_path / "heard.wav")
    output.start(told)
    output.play(ClipRequest(token=1, path=rise.path, duration_ms=rise.duration_ms))
    assert told.next() == ClipStarted(1)
    mine = set(threading.enumerate()) - before
    output.close()
    assert mine
    assert have_ended(mine)
    output.close()
    output.play(ClipRequest(token=2, path=rise.path, duration_ms=rise.duration_ms))
    output.pause()
    output.seek(3)
    output.stop()
    told.nothing_for(0.1)


def test_an_output_that_never_started_can_be_closed() -> None:
    output = VlcOutput()
    output.close()
    assert output.position_ms() == 0


def run(program: str, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", program, *arguments],
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[3]), **environment},
        capture_output=True,
        text=True,
        check=True,
        timeout=300,
    )
