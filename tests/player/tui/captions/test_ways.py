from __future__ import annotations

import pytest

from player.tui.captions.ways import Way, cell_of, may_ask, way_of


@pytest.mark.parametrize(
    ("answers", "way"),
    [
        ("\x1bP>|kitty(0.28.0)\x1b\\\x1b[?62;c", Way.KITTY),
        ("\x1bP>|kitty(0.42.1)\x1b\\\x1b[?62;52;c", Way.KITTY),
        ("\x1bP>|kitty(0.27.1)\x1b\\\x1b[?62;c", Way.BRAILLE),
        ("\x1bP>|ghostty 1.1.3\x1b\\\x1b[?62;22c", Way.KITTY),
        ("\x1bP>|XTerm(379)\x1b\\\x1b[?63;1;2;4;6;9;15;16;22;28c", Way.SIXEL),
        ("\x1bP>|XTerm(379)\x1b\\\x1b[?64;1;2;6;9;15;16;17;18;21;22;28c", Way.BRAILLE),
        ("\x1bP>|foot(1.16.2)\x1b\\\x1b[6;20;10t\x1b[?62;4;22c", Way.SIXEL),
        ("\x1bP>|WezTerm 20240203\x1b\\\x1b[?65;4;6;18;22c", Way.SIXEL),
        ("\x1bP>|Konsole 23.04.3\x1b\\\x1b[?62;1;4c", Way.SIXEL),
        ("\x1b[?65;1;9c", Way.BRAILLE),  # VTE
        ("\x1b[?4c", Way.BRAILLE),  # a VT132, by its first number
        ("", Way.BRAILLE),
    ],
)
def test_each_terminal_shows_captions_as_well_as_it_can(answers: str, way: Way) -> None:
    assert way_of(answers) is way


def test_the_pixels_of_a_cell_are_taken_from_the_answer() -> None:
    assert cell_of("\x1b[6;20;10t\x1b[?62;4c") == (10, 20)
    assert cell_of("\x1b[6;0;0t") is None
    assert cell_of("\x1b[?62;4c") is None


def test_only_a_terminal_that_answers_for_itself_is_asked() -> None:
    assert may_ask({"TERM": "xterm-256color"})
    assert may_ask({"TERM": "foot"})
    assert not may_ask({"TERM": "xterm-256color", "TMUX": "/tmp/tmux-0/default,1,0"})
    assert not may_ask({"TERM": "screen-256color"})
    assert not may_ask({"TERM": "tmux-256color"})
    assert not may_ask({"TERM": "xterm-256color", "STY": "1234.pts-0"})
    assert not may_ask({"TERM": "xterm-256color", "TERM_PROGRAM": "Apple_Terminal"})
    assert not may_ask({"TERM": "linux"})
    assert not may_ask({})
