from __future__ import annotations

from collections.abc import Callable

import pytest

Emulator = Callable[[list[str]], list[str]]
MeasuredIn = Callable[[Emulator, list[str]], list[tuple[int, int, int]]]


@pytest.mark.slow
def test_the_cursor_stands_where_the_encoding_says_after_every_line(
    emulator: Emulator, measured_in: MeasuredIn, translated_lines: list[str]
) -> None:
    measured = measured_in(emulator, translated_lines)

    assert len(measured) >= 200
    wrong = [
        (line, model, cursor)
        for line, (model, cursor, _) in zip(translated_lines, measured, strict=True)
        if model != cursor
    ]
    assert wrong == []
