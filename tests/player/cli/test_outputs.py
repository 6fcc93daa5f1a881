"""Where the sound goes: what is said of a file that cannot be written."""

from __future__ import annotations

from pathlib import Path

import pytest

from player.audio.clock import ThreadClock
from player.audio.vlc import WavOutput
from player.cli.outputs import is_heard, make_output, stand_in
from player.errors import UsageError


def test_a_file_that_may_not_be_written_leads_to_one_that_may(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("player.audio.vlc.probe", str)
    monkeypatch.setattr(WavOutput, "__init__", refuse)
    with pytest.raises(UsageError, match=r"heard\.wav cannot be written: Permission denied\. Give"):
        make_output(f"wav:{tmp_path / 'heard.wav'}", ThreadClock())


def test_what_stands_in_for_the_sound_is_not_the_silence_that_was_asked_for() -> None:
    wanted, instead = make_output("silent", ThreadClock()), stand_in(ThreadClock())
    assert not is_heard(wanted)
    assert not is_heard(instead)
    assert wanted.name != instead.name
