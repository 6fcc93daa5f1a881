from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from player.tui.script import plain, show
from player.tui.wrapping import fit, wrap

HINDI = "सारा घर अँधेरे में राह देख रहा था, और किसी में बोलने की हिम्मत नहीं थी।"
TEXTS = st.text(st.sampled_from("ab क का স্ত্র தமிழ் \n日")).map(show)
WIDTHS = st.integers(4, 40)


def rows(encoded: str, width: int) -> list[str]:
    return [encoded[start:end] for start, end in wrap(encoded, width)]


def test_rows_end_at_word_borders() -> None:
    assert rows("one two three", 7) == ["one two", "three"]
    assert " ".join(plain(row) for row in rows(show(HINDI), 20)) == HINDI


def test_a_number_stays_with_its_percent_sign() -> None:
    assert rows("from 30 % to 60 %.", 14) == ["from 30 % to", "60 %."]
    assert rows("in 10 with 30 % English", 13) == ["in 10 with", "30 % English"]


def test_a_word_wider_than_a_row_is_cut_between_aksaras() -> None:
    word = show("स्त्रियों" * 5)
    cut = rows(word, 10)
    assert len(cut) > 1
    assert "".join(plain(row) for row in cut) == plain(word)


def test_an_aksara_wider_than_a_row_is_cut_all_the_same() -> None:
    flood = show("क" + "\u093e" * 30)
    cut = rows(flood, 8)
    assert all(cell_len(row) <= 8 for row in cut)
    assert "".join(cut) == flood


def test_no_text_is_one_empty_row() -> None:
    assert wrap("", 10) == ((0, 0),)
    assert wrap("   ", 10) == ((0, 0),)


@given(TEXTS, WIDTHS)
def test_no_row_is_wider_than_asked_and_no_word_is_lost(encoded: str, width: int) -> None:
    wrapped = rows(encoded, width)
    assert all(cell_len(row) <= width for row in wrapped)
    assert "".join("".join(wrapped).split()) == "".join(encoded.split())


@given(TEXTS, WIDTHS)
def test_what_is_fitted_is_no_wider_than_asked(encoded: str, width: int) -> None:
    assert cell_len(fit(encoded, width)) <= width


def test_what_was_cut_off_is_marked() -> None:
    assert fit("The Clever Crow", 10) == "The Cle..."
    assert fit("The Clever Crow", 15) == "The Clever Crow"
