"""Values out of catalogue rows, cleaned: a row put in by hand may hold anything."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from player.story.cleaning import cleaned
from player.story.graph import Span, Timings


def texts_of(value: Any, language: str) -> dict[str, str]:
    """Return texts by language; one text alone is in `language`."""
    if isinstance(value, str):
        return {language: cleaned(value)}
    if not isinstance(value, Mapping):
        return {}
    return {str(key): cleaned(text) for key, text in value.items() if isinstance(text, str)}


def flags_of(value: Any) -> frozenset[str]:
    """Return the flags of a list, none where it is no list."""
    return (
        frozenset(str(flag) for flag in value) if isinstance(value, list | tuple) else frozenset()
    )


def word_of(value: Any) -> str | None:
    """Return the text, None where there is none."""
    return cleaned(value) or None if isinstance(value, str) else None


def score_of(value: Any) -> float | None:
    """Return a difficulty from 0 to 1 in two decimals, None where it is no such number."""
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return None
    return round(float(value), 2) if 0 <= value <= 1 else None


def timings_of(value: Any) -> tuple[int, Timings]:
    """Return the length of a clip in ms, 0 where it is not told, and its times."""
    if not isinstance(value, Mapping):
        return 0, Timings()
    duration_ms = value.get("duration_ms")
    timings = Timings(_spans(value.get("sentences")), _spans(value.get("words")))
    return duration_ms if isinstance(duration_ms, int) else 0, timings


def _spans(rows: Any) -> tuple[Span, ...]:
    try:
        return tuple(Span(*map(int, row)) for row in rows or ())
    except (TypeError, ValueError):  # put in by hand: the clip is heard without times
        return ()
