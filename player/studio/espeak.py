"""espeak-ng: the phonemes of every language, and the voice that is always there."""

from __future__ import annotations

import ctypes
import ctypes.util
import functools
import re
from bisect import bisect_right
from typing import TYPE_CHECKING, Final

import numpy as np

from player.errors import MissingPartError
from player.story.sentences import word_spans
from player.studio.lexicon import espeak_language
from player.studio.speech import Samples, Speech, Voice

WORDS_A_MINUTE: Final = 150
_SYNCHRONOUS, _DONT_EXIT, _UTF8 = 2, 0x8000, 1
_IPA, _TIE = 0x02, 0x80
_RATE, _PITCH, _RANGE = 1, 3, 4
_WORD_EVENT: Final = 1


class _EventId(ctypes.Union):
    _fields_ = (("number", ctypes.c_int), ("name", ctypes.c_char_p), ("text", ctypes.c_char * 8))


class _Event(ctypes.Structure):
    _fields_ = (
        ("type", ctypes.c_int),
        ("unique_identifier", ctypes.c_uint),
        ("text_position", ctypes.c_int),
        ("length", ctypes.c_int),
        ("audio_position", ctypes.c_int),
        ("sample", ctypes.c_int),
        ("user_data", ctypes.c_void_p),
        ("id", _EventId),
    )


_Callback = ctypes.CFUNCTYPE(
    ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.POINTER(_Event)
)


if TYPE_CHECKING:
    _Mark = tuple[int, float]
    _Wave = ctypes._Pointer[ctypes.c_short]  # noqa: SLF001 - typeshed's name of it
    _Events = ctypes._Pointer[_Event]  # noqa: SLF001 - the same


class Espeak:
    """The library, started once a process: starting it a second time hangs."""

    def __init__(self, library: ctypes.CDLL, data: str | None) -> None:
        self._library = library
        self.rate: int = library.espeak_Initialize(
            _SYNCHRONOUS, 0, data.encode() if data else None, _DONT_EXIT
        )
        if self.rate <= 0:
            raise MissingPartError(
                "espeak-ng has no voice data. Install espeakng-loader from PyPI."
            )
        library.espeak_TextToPhonemes.restype = ctypes.c_char_p

    def phonemes(self, text: str, voice: str) -> str:
        """Return the IPA of `text`, words apart by spaces, affricates and diphthongs tied by ^."""
        self._choose(voice)
        rest = ctypes.c_char_p(text.encode())
        mode = _IPA | _TIE | ord("^") << 8
        clauses = []
        while rest.value is not None:
            found = self._library.espeak_TextToPhonemes(ctypes.byref(rest), _UTF8, mode)
            clauses.append((found or b"").decode())
        spoken = re.sub(r"\([a-z-]{2,7}\)", "", " ".join(clauses))  # "(en)": it changed language
        return " ".join(spoken.split())

    def say(self, text: str, voice: str, settings: dict[int, int]) -> tuple[bytes, list[_Mark]]:
        """Return 16-bit samples at `rate`, and (character, seconds) of every word espeak saw."""
        self._choose(voice)
        for parameter, value in settings.items():
            self._library.espeak_SetParameter(parameter, value, 0)
        pcm = bytearray()
        marks: list[_Mark] = []

        def collect(wave: _Wave, count: int, events: _Events) -> int:
            if wave and count:
                pcm.extend(ctypes.string_at(wave, count * 2))
            index = 0
            while (event := events[index]).type:
                if event.type == _WORD_EVENT:
                    marks.append((event.text_position - 1, event.audio_position / 1000))
                index += 1
            return 0

        callback = _Callback(collect)
        self._library.espeak_SetSynthCallback(callback)
        encoded = text.encode()
        self._library.espeak_Synth(encoded, len(encoded) + 1, 0, 1, 0, _UTF8, None, None)
        self._library.espeak_Synchronize()
        return bytes(pcm), marks

    def _choose(self, voice: str) -> None:
        if self._library.espeak_SetVoiceByName(voice.encode()) != 0:
            raise MissingPartError(f"espeak-ng has no voice {voice!r}; its data may be incomplete.")


@functools.cache
def espeak() -> Espeak:
    """Return the one espeak-ng of this process, from espeakng-loader or from the system.

    Raises:
        MissingPartError: neither is installed.
    """
    try:
        import espeakng_loader  # noqa: PLC0415 - an optional part
    except ImportError:
        name = ctypes.util.find_library("espeak-ng") or "libespeak-ng.so.1"
        data = None
    else:
        name, data = espeakng_loader.get_library_path(), espeakng_loader.get_data_path()
    try:
        library = ctypes.CDLL(name)
    except OSError as error:
        raise MissingPartError(
            "espeak-ng is not installed. Run `pip install espeakng-loader`, "
            "or install your system's espeak-ng."
        ) from error
    return Espeak(library, data)


class EspeakEngine:
    """The fall-back engine: every language, plainly. `Voice.name` is a variant such as "f4"."""

    name = "espeak"

    def __init__(self) -> None:
        self._espeak = espeak()

    def speak(self, text: str, language: str, voice: Voice) -> Speech:
        """Speak `text`; the word times are those that espeak-ng reports itself."""
        base = espeak_language(language)
        settings = {
            _RATE: round(WORDS_A_MINUTE * voice.speed),
            _PITCH: max(0, min(99, round(50 + 4 * voice.semitones))),
            _RANGE: max(0, min(99, round(50 + 50 * voice.widening))),
        }
        pcm, marks = self._espeak.say(
            text, f"{base}+{voice.name}" if voice.name else base, settings
        )
        samples: Samples = np.frombuffer(pcm, np.int16).astype(np.float32) / np.float32(32768)
        seconds = len(samples) / self._espeak.rate
        return Speech(samples, self._espeak.rate, _word_times(text, marks, seconds))


def _word_times(text: str, marks: list[_Mark], seconds: float) -> tuple[tuple[float, float], ...]:
    """Give every word the first mark inside it; a word without one begins where the last began."""
    positions = [position for position, _ in marks]
    starts: list[float] = []
    for _, end in word_spans(text):
        index = bisect_right(positions, end - 1) - 1
        begun = marks[index][1] if index >= 0 else 0.0
        starts.append(max(begun, starts[-1] if starts else 0.0))
    ends = [*starts[1:], seconds]
    return tuple(zip(starts, ends, strict=True)) if starts else ()
