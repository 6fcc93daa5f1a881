"""Faults 13 and 14: where nothing can be heard, the story is told to its end all the same.

What a single clip tells of it is in tests/player/audio/test_faults.py.
"""

from __future__ import annotations

import resource
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Final

import pytest

from tests.faults.far_away import HEARD, LENGTH_MS, Home, Run, Settle, may_mount, without_a_device
from tests.faults.oracle import is_well

pytestmark = pytest.mark.slow

PLUGINS: Final = sorted(Path("/usr/lib").glob("*/vlc/plugins"))


def begin(home: Home, sound: str = "", mounting: str = "", **env: str) -> Run:
    """Play with the sound that is there by itself, or with that of this name."""
    return home.begin(sound=sound, mounting=mounting, **env)


def listened_ms(home: Home) -> int:
    """Return how much of the nodes that were left counts as heard; a node says nothing of none."""
    with closing(sqlite3.connect(home.store)) as connection:
        left = connection.execute(
            "SELECT json_extract(context, '$.listened_ms') FROM behavioral_events"
            " WHERE event_type IN ('complete', 'abandon')"
        ).fetchall()
    assert len(left) == len(HEARD)
    return sum(heard_ms or 0 for (heard_ms,) in left)


def processor_s() -> float:
    """Return how long the players that are over have worked."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


@pytest.mark.parametrize("lack", ["libVLC", "its plugins"])
def test_without_libvlc_the_story_is_told_in_silence_at_reading_pace_and_what_to_install(
    libvlc: None, settle: Settle, lack: str, tmp_path: Path
) -> None:
    home = settle().home
    if lack == "libVLC":
        run = begin(home, PYTHON_VLC_LIB_PATH=str(tmp_path / "libvlc.so"))
    elif PLUGINS and may_mount():
        run = begin(home, mounting=f"mount -t tmpfs tmpfs {PLUGINS[0]}")
    else:
        pytest.skip("here nobody can hide the plugins of libVLC")
    is_well(home, run.end())
    assert run.nodes == HEARD
    (notice,) = run.notices
    assert "apt-get install" in notice or "videolan" in notice
    assert "told in silence" in notice
    assert run.seconds > len(HEARD) * LENGTH_MS / 1000
    assert listened_ms(home) == 0


def test_without_a_device_the_text_goes_on_and_nobody_works_in_vain(
    libvlc: None, settle: Settle, tmp_path: Path
) -> None:
    listener = settle()
    listener.keep()
    before = processor_s()
    silent = begin(listener.home, sound="silent").end()
    in_silence = processor_s() - before
    run = begin(listener.home, sound="vlc", **without_a_device(tmp_path)).end()
    worked = processor_s() - before - in_silence
    assert run.nodes == HEARD
    (notice,) = run.notices
    assert "No sound device" in notice
    assert "hear the line again" in notice
    assert worked < in_silence + 1.0, "it is busy with nothing"
    is_well(listener.home, silent, run)
