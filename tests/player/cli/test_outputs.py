"""Where the sound goes: what is said of a file that cannot be written."""

from __future__ import annotations

from pathlib import Path

import pytest

from player.audio.clock import ThreadClock
from player.audio.vlc import WavOutput
from player.cli.outputs import make_output
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
