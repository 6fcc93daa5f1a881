from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from player.tui.script.encoding import encode
from player.tui.script.painting import Widths, paint

ESCAPE = re.compile(r"\x1b(?:\[[0-9;]*[A-Za-z]|[78]|\][^\x1b]*\x1b\\)")
MOVES = re.compile(r"\x1b7|\x1b8|\x1b\[(\d+)C|\x1b\[[\d;]*m|(.)", re.DOTALL)
INDIC_TEXT = st.text(
    st.one_of(
        st.characters(min_codepoint=0x0900, max_codepoint=0x0DFF),
        st.sampled_from("\u200c\u200d\u094d ab|│।"),
    )
)


def column_after(painted: str, *, cells_of_a_letter: int = 1) -> int:
    """Follow the cursor of a terminal that gives every printed code point that many cells."""
    column = saved = 0
    for match in MOVES.finditer(painted):
        if match[0] == "\x1b7":
            saved = column
        elif match[0] == "\x1b8":
            column = saved
        elif match[1]:
            column += int(match[1])
        elif match[2]:
            column += 1 if match[2].isascii() or match[2] in "│।॥" else cells_of_a_letter
    return column


def words(painted: str) -> list[str]:
    return ESCAPE.sub(" ", painted).split()


def test_ascii_and_box_drawing_pass_as_they_are() -> None:
    for data in ("plain \x1b[1mtext\x1b[0m", "│ perché ── ▶ ✓ │", "日本│"):
        assert paint(data) == data


def test_each_aksara_is_painted_at_its_own_column() -> None:
    painted = paint(encode("हिन्दी"))

    assert painted == "\x1b7     \x1b8हि\x1b8\x1b[2Cन्दी\x1b8\x1b[5C"


@pytest.mark.parametrize("cells_of_a_letter", [0, 1, 2])
@given(text=INDIC_TEXT)
def test_whatever_the_terminal_counts_the_cursor_ends_where_it_should(
    text: str, cells_of_a_letter: int
) -> None:
    encoded = "|" + encode(text.replace("\u200c", "").replace("\u200d", "")) + "|"

    painted = paint(encoded)

    assert column_after(painted, cells_of_a_letter=cells_of_a_letter) == len(encoded)


def test_a_cropped_aksara_becomes_blanks() -> None:
    encoded = encode("का ती")
    assert words(paint(encoded[:-1])) == ["का"]
    assert words(paint(encoded[1:])) == ["ती"]
    assert column_after(paint(encoded[1:-1])) == 3


def test_an_aksara_in_which_the_style_changes_is_still_painted() -> None:
    encoded = encode("का")

    painted = paint(f"\x1b[7m{encoded[0]}\x1b[0m\x1b[1m{encoded[1:]}\x1b[0m")

    assert "का" in painted
    assert column_after(painted) == 2
    assert painted.endswith("\x1b[0m\x1b[1m\x1b[0m")


def test_a_mark_without_its_letter_does_not_land_on_the_border() -> None:
    assert "\u25ccा" in paint("│" + encode("ा"))


def test_a_private_use_character_that_was_never_given_out_is_a_blank() -> None:
    assert words(paint("a\U000ffff0\ue000b")) == ["a", "b"]


def test_kitty_is_told_the_width_of_each_word_in_parts_of_at_most_seven() -> None:
    painted = paint(encode("एक प्यासा कौआ"), Widths.OSC66)

    assert re.findall(r"\x1b\]66;w=(\d);([^\x1b]*)\x1b", painted) == [
        ("2", "एक"),
        ("5", "प्यासा"),
        ("4", "कौआ"),
    ]
    long = paint(encode("तण्णीर्तेडिअलैन्ददु"), Widths.OSC66)
    assert all(int(width) <= 7 for width in re.findall("w=(\\d+)", long))
    assert "".join(re.findall("w=\\d;([^\x1b]*)", long)) == "तण्णीर्तेडिअलैन्ददु"


def test_switched_off_it_is_real_text_and_no_cursor_moves() -> None:
    painted = paint("\x1b[1m" + encode("हिन्दी में") + "\x1b[0m", Widths.OFF)
    assert painted == "\x1b[1mहिन्दी में\x1b[0m"


@pytest.mark.parametrize(
    ("typed", "columns"), [("हिन्दी", 5), ("👨\u200d👩\u200d👧", 2), ("🇮🇳", 2), ("e\u0301", 1)]
)
def test_text_that_was_not_encoded_is_anchored_by_its_measured_width(
    typed: str, columns: int, measuring_what_is_typed: None
) -> None:
    painted = paint(f"{typed}|")

    assert painted.endswith(f"\x1b8\x1b[{columns}C|")


def test_a_combining_mark_after_an_escape_sequence_does_not_break_the_sequence() -> None:
    assert paint("\x1b[1m\u0301\x1b[0m") == "\x1b[1m\u0301\x1b[0m"
