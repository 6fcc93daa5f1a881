"""The caption in terminals that answer as real ones do."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from player.tui.captions.kitty import marks

if TYPE_CHECKING:
    from tests.player.tui.captions.conftest import FakeTerminal

pytestmark = pytest.mark.slow

Open = Callable[..., "FakeTerminal"]
VERSION, CELL, ABILITIES = b"\x1b[>0q", b"\x1b[16t", b"\x1b[c"
KITTY = {VERSION: b"\x1bP>|kitty(0.42.1)\x1b\\", ABILITIES: b"\x1b[?62;52;c"}
FOOT = {
    VERSION: b"\x1bP>|foot(1.16.2)\x1b\\",
    CELL: b"\x1b[6;20;10t",
    ABILITIES: b"\x1b[?62;4;22c",
}
VTE = {ABILITIES: b"\x1b[?65;1;9c"}
IMAGES = (b"\x1b_G", b"\x1bP0;1;0q")


def is_dots(written: bytes) -> bool:
    return re.search("[\u2801-\u28ff]", written.decode()) is not None


def test_kitty_gets_a_picture_and_its_placeholders(fake_terminal: Open) -> None:
    terminal = fake_terminal(KITTY)
    terminal.until(b"READY")
    terminal.type("z")
    last_row = f"\U0010eeee{marks()[6]}{marks()[75]}".encode()
    written = terminal.until(b"OPEN ImageCanvas", last_row).decode(errors="replace")
    sent = re.search(r"\x1b_Ga=T,U=1,q=2,f=100,i=(\d+),c=76,r=7,m=1;", written)
    assert sent
    number = int(sent[1])
    colour = f"\x1b[38;2;{number >> 16};{number >> 8 & 255};{number & 255}m"
    for row in range(7):
        cells = "".join(f"\U0010eeee{marks()[row]}{marks()[column]}" for column in range(76))
        assert f"{colour}{cells}\x1b[39m" in written
    assert not is_dots(written.encode())
    terminal.type("q")
    assert f"\x1b_Ga=d,d=I,q=2,i={number}\x1b\\".encode() in terminal.until_gone()


def test_another_word_is_another_picture_and_the_dialog_covers_its_cells(
    fake_terminal: Open,
) -> None:
    terminal = fake_terminal(KITTY, "bn")
    terminal.until(b"READY")
    terminal.type("z")
    first = re.findall(r"a=T,[^;]*i=(\d+)", terminal.until(b"OPEN", b"a=T,").decode())
    terminal.type("w")
    marked = terminal.until(b"WORD 0", b"a=T,").decode()
    second = re.findall(r"a=T,[^;]*i=(\d+)", marked)
    assert first != second
    for row in range(7):  # the terminal will forget the picture before
        assert f"\U0010eeee{marks()[row]}{marks()[75]}" in marked
    terminal.type("d")
    written = terminal.until(b"COVERED")
    assert b"a=T" not in written
    of_a_row = written.decode().count(f"\U0010eeee{marks()[3]}")
    assert of_a_row
    assert of_a_row % (76 - 20) == 0  # in each frame


def test_a_terminal_with_sixels_gets_them_where_the_cells_are(fake_terminal: Open) -> None:
    terminal = fake_terminal(FOOT, "ta")
    terminal.until(b"READY")
    terminal.type("z")
    written = terminal.until(b"OPEN ImageCanvas", b'\x1bP0;1;0q"1;1;760;140')
    assert not is_dots(written)


def test_any_other_terminal_gets_dots(fake_terminal: Open) -> None:
    terminal = fake_terminal(VTE, "ta")
    terminal.until(b"READY")
    terminal.type("z")
    written = terminal.until(b"OPEN BrailleCanvas")
    assert is_dots(written)
    assert not any(image in written for image in IMAGES)


def test_the_terminal_is_asked_once_and_no_key_is_lost(fake_terminal: Open) -> None:
    terminal = fake_terminal(FOOT)
    assert VERSION not in terminal.until(b"READY")
    terminal.type("zw")
    written = terminal.until(b"WORD 0")
    assert written.count(VERSION) == 1
    terminal.type("z")
    terminal.until(b"CLOSED")
    terminal.type("z")
    assert VERSION not in terminal.until(b"OPEN")


def test_a_terminal_that_never_answers_gets_dots_and_its_late_answer_is_no_key(
    fake_terminal: Open,
) -> None:
    terminal = fake_terminal({}, "it")
    terminal.until(b"READY")
    terminal.type("z")
    assert is_dots(terminal.until(b"OPEN BrailleCanvas"))
    terminal.type("\x1b[?62;4cw")
    assert b"WORD 0" in terminal.until(b"WORD 0")


def test_inside_tmux_nothing_is_asked(fake_terminal: Open) -> None:
    terminal = fake_terminal(FOOT, TMUX="/tmp/tmux-0/default,1,0")
    terminal.until(b"READY")
    terminal.type("z")
    written = terminal.until(b"OPEN BrailleCanvas")
    assert VERSION not in written
    assert is_dots(written)


def test_the_environment_may_name_the_way(fake_terminal: Open) -> None:
    terminal = fake_terminal(FOOT, KAHANI_CAPTION="braille")
    terminal.until(b"READY")
    terminal.type("z")
    assert VERSION not in terminal.until(b"OPEN BrailleCanvas")


def test_pictures_are_taken_away_while_the_program_is_suspended(fake_terminal: Open) -> None:
    terminal = fake_terminal(KITTY)
    terminal.until(b"READY")
    terminal.type("z")
    number = re.findall(r"a=T,[^;]*i=(\d+)", terminal.until(b"OPEN", b"a=T,").decode())[0]
    terminal.type("s")
    away = terminal.until(b"SUSPENDED")
    assert f"a=d,d=I,q=2,i={number}".encode() in away
    terminal.type("\r")
    terminal.until(b"BELOW", f"i={number},".encode())
