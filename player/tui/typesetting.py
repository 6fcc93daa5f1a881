"""Set one passage in rows: its lines, with what stands under or beside each."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Collection, Iterable
from dataclasses import replace

from player.story.passages import Passage
from player.story.walking import base_language
from player.tui.rows import Kind, Reading, Row
from player.tui.script import show
from player.tui.wrapping import wrap

RULE_WIDTH = 3
"""Cells between the two columns."""

_indic = re.compile("[\u0900-\u0dff]")


def is_indic(text: str) -> bool:
    """Tell whether any of `text` is in a script that can be romanised."""
    return _indic.search(text) is not None


def wrapped(kind: Kind, text: str, number: int, width: int, line: int = -1) -> list[Row]:
    """Return `text` in rows of passage `number`."""
    encoded = show(text)
    return [
        Row(kind, encoded[start:end], passage=number, line=line, start=start)
        for start, end in wrap(encoded, width)
    ]


def set_lines(
    passage: Passage, number: int, reading: Reading, revealed: Collection[int]
) -> Iterable[Row]:
    """Yield the rows of the lines of passage `number`; those `revealed` show their translation."""
    translation = passage.translation
    is_aligned = len(translation) == len(passage.lines)
    whole = deque(_column(" ".join(translation), reading.beside))
    is_below = reading.is_translated and not reading.beside
    is_spaced = is_below or reading.is_romanised
    for index, line in enumerate(passage.lines):
        if index and is_spaced:
            yield Row(Kind.GAP, passage=number)
        left = wrapped(Kind.TEXT, line.text, number, reading.width, index)
        left += _roman(passage, number, index, reading)
        if reading.beside:
            is_last = index == len(passage.lines) - 1
            right = _column(translation[index], reading.beside) if is_aligned else None
            taken = len(whole) if is_last else min(len(left), len(whole))
            yield from _beside(left, right or [whole.popleft() for _ in range(taken)])
            continue
        yield from left
        if translation and ((is_below and is_aligned) or index in revealed):
            words = translation[index] if is_aligned else " ".join(translation)
            yield from wrapped(Kind.TRANSLATION, words, number, reading.width, index)
    if is_below and translation and not is_aligned:
        yield Row(Kind.GAP, passage=number)
        yield from wrapped(Kind.TRANSLATION, " ".join(translation), number, reading.width)


def _roman(passage: Passage, number: int, index: int, reading: Reading) -> list[Row]:
    text = passage.lines[index].text
    if not reading.is_romanised or not is_indic(text):
        return []
    from player.roman import romanised  # noqa: PLC0415 - its tables are wanted by this key alone

    words = romanised(text, base_language(passage.language))
    return wrapped(Kind.ROMAN, words, number, reading.width, index)


def _column(text: str, width: int) -> list[str]:
    if not width or not text:
        return []
    encoded = show(text)
    return [encoded[start:end] for start, end in wrap(encoded, width)]


def _beside(left: list[Row], right: list[str]) -> Iterable[Row]:
    """Put two columns together; where the left one is the shorter, it goes on empty."""
    empty = replace(left[-1], kind=Kind.TRANSLATION, text="")
    for at in range(max(len(left), len(right))):
        row = left[at] if at < len(left) else empty
        yield replace(row, beside=right[at] if at < len(right) else "")
