from __future__ import annotations

import unicodedata
from collections.abc import Callable

BORDERS = {0, 33, 55, 76}


def border_columns(row: str) -> set[int]:
    """Give the cells of the borders as tmux counts: marks without width take none."""
    found: set[int] = set()
    cell = 0
    for character in row:
        if character in "│╭╮╰╯":
            found.add(cell)
        cell += unicodedata.category(character) not in {"Mn", "Me", "Cf"}
    return found


def test_the_borders_of_a_dialog_over_mixed_text_stand_in_line(
    dialog_screen: Callable[[str], list[str]],
) -> None:
    rows = dialog_screen("aksara")

    assert set.union(*map(border_columns, rows)) == BORDERS
    for row in rows[1:19]:
        assert {0, 76} <= border_columns(row), row
    dialog = [row for row in rows if border_columns(row) == BORDERS]
    assert len(dialog) == 7
    assert "हिन्दी" in "".join(dialog).replace(" ", "")


def test_without_the_driver_the_borders_fly(dialog_screen: Callable[[str], list[str]]) -> None:
    rows = dialog_screen("stock")

    assert set.union(*map(border_columns, rows)) > BORDERS
