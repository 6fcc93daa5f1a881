"""A trial of the sound: a moment of silence, played as a clip would be."""

from __future__ import annotations

import tempfile
import threading
import wave
from pathlib import Path
from typing import Final

from player.audio.ear import RATE, SAMPLE
from player.audio.output import (
    AudioOutput,
    ClipEndedEarly,
    ClipFailed,
    ClipFinished,
    ClipRequest,
    ClipStalled,
    OutputEvent,
)
from player.audio.turntable import NO_DEVICE

LENGTH_MS: Final = 250
PATIENCE_S: Final = 3.0
NOBODY_TOOK_IT: Final = (
    "no sound device took the sound: connect one or start the sound server; "
    "until then stories go on as text"
)
DOES_NOT_ANSWER: Final = (
    "the sound device does not answer: connect another or start the sound server anew; "
    "until then stories go on as text"
)


def trouble_of(output: AudioOutput, patience_s: float = PATIENCE_S) -> str:
    """Play a quarter of a second of silence; return why nothing can be heard, empty where it can.

    Closes the output. Waits `patience_s` at most, besides the closing.
    """
    is_over = threading.Event()
    last: list[OutputEvent] = []

    def hear(event: OutputEvent) -> None:
        if isinstance(event, ClipFinished | ClipFailed | ClipEndedEarly | ClipStalled):
            last.append(event)
            is_over.set()

    with tempfile.TemporaryDirectory(prefix="kahani-") as folder:
        path = Path(folder, "silence.wav")
        _write_silence(path)
        output.start(hear)
        try:
            output.play(ClipRequest(token=1, path=path, duration_ms=LENGTH_MS))
            is_over.wait(patience_s)
        finally:
            output.close()
    match last[:1]:
        case [ClipFinished()]:
            return ""
        case [ClipFailed(reason=reason)]:
            return NOBODY_TOOK_IT if reason == NO_DEVICE else reason
    return DOES_NOT_ANSWER


def _write_silence(path: Path) -> None:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(SAMPLE)
        file.setframerate(RATE)
        file.writeframes(bytes(RATE * SAMPLE * LENGTH_MS // 1000))
