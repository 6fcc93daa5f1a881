"""The cast: which voice of an engine speaks for a character in a language."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import yaml

from player.errors import UsageError
from player.studio.script import NARRATOR, Reading
from player.studio.speech import Voice

_FILE: Final = Path(__file__).with_name("cast.yaml")
_ANY_LANGUAGE: Final = "any"


def voice_for(reading: Reading, slug: str, engine: str) -> Voice:
    """Return the voice that speaks `reading` of the story `slug`.

    Raises:
        UsageError: nobody is cast in this language.
    """
    language = reading.language
    by_language = _cast()[engine]
    voices = next(
        (
            by_language[k]
            for k in (language, language.split("-")[0], _ANY_LANGUAGE)
            if k in by_language
        ),
        None,
    )
    if voices is None:
        raise UsageError(
            f"Nobody is cast to speak {language!r} with {engine}; add the language to {_FILE}."
        )
    name, speed, semitones, widening = voices.get(_role(reading, slug)) or voices[NARRATOR]
    return Voice(str(name), float(speed), float(semitones), float(widening))


def _role(reading: Reading, slug: str) -> str:
    roles = _cast()["roles"]
    in_story = roles["stories"].get(slug, {})
    return str(
        in_story.get(reading.character)
        or roles["profiles"].get(reading.profile)
        or reading.character
    )


@functools.cache
def _cast() -> Mapping[str, Any]:
    cast: Mapping[str, Any] = yaml.load(_FILE.read_text(encoding="utf-8"), yaml.CSafeLoader)
    return cast
