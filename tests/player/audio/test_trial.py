"""The trial of the sound: what a moment of silence tells, and that nobody is waited for long."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from player.audio.output import ClipFailed, ClipFinished, ClipRequest, OutputEvent
from player.audio.trial import DOES_NOT_ANSWER, NOBODY_TOOK_IT, trouble_of
from player.audio.turntable import NO_DEVICE
from player.audio.vlc import VlcOutput, WavOutput


class Card(VlcOutput):
    """An output that answers with one event, or with none."""

    def __init__(self, answer: OutputEvent | None) -> None:
        super().__init__()
        self.answer = answer
        self.is_closed = False

    def start(self, listener: Callable[[OutputEvent], None]) -> None:
        self.listener = listener

    def play(self, request: ClipRequest) -> None:
        assert request.path is not None
        assert request.path.stat().st_size > 0
        if self.answer is not None:
            self.listener(self.answer)

    def close(self) -> None:
        self.is_closed = True


@pytest.mark.parametrize(
    ("answer", "trouble"),
    [
        (ClipFinished(1), ""),
        (ClipFailed(1, NO_DEVICE), NOBODY_TOOK_IT),
        (ClipFailed(1, "Its plugins are gone."), "Its plugins are gone."),
        (None, DOES_NOT_ANSWER),
    ],
)
def test_each_answer_of_a_card_has_its_words(answer: OutputEvent | None, trouble: str) -> None:
    card = Card(answer)
    assert trouble_of(card, patience_s=0.01) == trouble
    assert card.is_closed


def test_silence_that_is_taken_is_no_trouble(libvlc: None, tmp_path: Path) -> None:
    heard = tmp_path / "heard.wav"
    assert not trouble_of(WavOutput(heard), patience_s=60)
    assert heard.stat().st_size > 1000
