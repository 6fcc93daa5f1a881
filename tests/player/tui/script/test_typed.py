from __future__ import annotations

import unicodedata

import pytest
from rich import cells
from rich.segment import Segment

from player.tui.script import typed


def test_rich_still_has_the_names_that_are_replaced() -> None:
    for name in typed.PATCHED:
        assert callable(getattr(cells, name)), name
    assert {"widths", "narrow_to_wide"} <= set(cells.CellTable._fields)
    assert callable(cells.get_character_cell_size.cache_clear)
    assert callable(cells.cached_cell_len.cache_clear)
    assert callable(Segment._split_cells.cache_clear)


@pytest.mark.parametrize(
    ("text", "width"),
    [
        ("हिन्दी", 5),
        ("तमिळ", 4),
        ("தமிழ்", 4),
        ("বাংলা", 5),
        ("क\u200dष", 2),
        ("র\u200d্য", 2),
        ("👨\u200d👩\u200d👧", 2),
        ("e\u0301", 1),
        ("日本", 4),
        ("plain", 5),
    ],
)
def test_a_vowel_sign_with_a_place_of_its_own_has_a_cell(
    text: str, width: int, measuring_what_is_typed: None
) -> None:
    assert cells.cell_len(text) == width
    spans, total = cells.split_graphemes(text)
    assert total == width
    assert "".join(text[start:end] for start, end, _ in spans) == text


def test_cutting_typed_text_gives_exactly_the_cells_asked_for(
    measuring_what_is_typed: None,
) -> None:
    for at in range(6):
        left, _ = cells.split_text("हिन्दी", at)
        assert cells.cell_len(left) == at


def test_only_spacing_marks_change(measuring_what_is_typed: None) -> None:
    ours = {c: cells.get_character_cell_size(c) for c in map(chr, range(0x20, 0x3000))}
    typed.uninstall()
    changed = {c for c, cell in ours.items() if cells.get_character_cell_size(c) != cell}
    assert {unicodedata.category(c) for c in changed} == {"Mc"}


def test_installing_again_and_giving_back_leaves_rich_as_it_was() -> None:
    before = [getattr(cells, name) for name in typed.PATCHED]
    typed.install()
    typed.install()
    typed.uninstall()
    assert [getattr(cells, name) for name in typed.PATCHED] == before
