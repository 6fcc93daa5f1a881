"""What a voice engine is: text and a voice in, samples and the time of every word out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, TypeAlias

if TYPE_CHECKING:  # what is read from here, as by `kahani studio status`, needs no numpy
    import numpy as np
    from numpy.typing import NDArray

Samples: TypeAlias = "NDArray[np.float32]"


@dataclass(frozen=True, slots=True)
class Voice:
    """How somebody speaks.

    `name` is the engine's own name of the voice, or a blend of several ("hf_beta*0.6+bf_emma*0.4").
    `speed` 1.0 is the voice's own; `semitones` move it up or down; `widening` above 0 makes the
    intonation livelier (0.3 is a storyteller's).
    """

    name: str
    speed: float = 1.0
    semitones: float = 0.0
    widening: float = 0.0


@dataclass(frozen=True)
class Speech:
    """Spoken words: mono samples of -1..1 and (start, end) in seconds of every word of the text.

    There is one pair for each span of `word_spans`, in order; signs without sound have a pair too.
    """

    samples: Samples
    rate: int
    words: tuple[tuple[float, float], ...]

    @property
    def seconds(self) -> float:
        """How long it takes."""
        return len(self.samples) / self.rate


class Engine(Protocol):
    """Something that can speak. Not safe to use from two threads at once."""

    @property
    def name(self) -> str:
        """The name on the command line and in the manifest."""

    def speak(self, text: str, language: str, voice: Voice) -> Speech:
        """Speak `text`, at most a few sentences, in one breath."""
