from __future__ import annotations

import signal
from itertools import pairwise

import pytest
from textual.app import App
from textual.drivers.linux_driver import LinuxDriver

from player.tui.script.asking import Answers
from player.tui.script.picturing import PicturingDriver

VERSION, CELL, ABILITIES = "\x1bP>|foot(1.16.2)\x1b\\", "\x1b[6;20;10t", "\x1b[?62;4;22c"


@pytest.fixture
def answers() -> Answers:
    """Somebody has asked."""
    made = Answers()
    made.is_asked = True
    return made


def test_answers_are_taken_out_from_between_keys(answers: Answers) -> None:
    assert answers.take(f"a{VERSION}b{CELL}\x1b[A{ABILITIES}c") == "ab\x1b[Ac"
    assert answers.text == VERSION + CELL + ABILITIES
    assert answers.is_complete


def test_answers_may_come_in_pieces_of_any_size(answers: Answers) -> None:
    typed = f"a{VERSION}b{CELL}{ABILITIES}c"
    for cut in range(1, len(typed)):
        one = Answers()
        one.is_asked = True
        kept = "".join(one.take(typed[start:end]) for start, end in pairwise((0, cut, len(typed))))
        assert (kept, one.text) == ("abc", VERSION + CELL + ABILITIES), cut


def test_an_escape_key_pressed_while_waiting_is_held_only_for_a_moment(answers: Answers) -> None:
    assert answers.take("\x1b") == ""
    assert answers.let_go() == "\x1b"
    assert answers.let_go() == ""
    assert answers.take("\x1b[A") == "\x1b[A"
    assert answers.take("\x1b[6~") == "\x1b[6~"


def test_nothing_is_held_back_once_all_is_answered(answers: Answers) -> None:
    answers.take(ABILITIES)
    assert answers.take("\x1b") == "\x1b"


def test_a_late_answer_is_no_key(answers: Answers) -> None:
    assert answers.take("x") == "x"
    assert answers.take(ABILITIES) == ""
    assert answers.take(VERSION) == ""


def test_before_the_first_question_everything_is_a_key() -> None:
    assert Answers().take(ABILITIES) == ABILITIES


async def test_an_answer_may_be_there_before_it_is_waited_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with monkeypatch.context() as alone:  # a driver wants to hear of ctrl+z
        alone.setattr(signal, "signal", lambda *_: None)
        driver = PicturingDriver(App())
    driver.input_tty = True
    # The thread that reads may be as quick as that.
    monkeypatch.setattr(LinuxDriver, "write", lambda self, _: self._take(ABILITIES))
    monkeypatch.setattr(LinuxDriver, "flush", lambda _: None)
    assert await driver.ask("what can you do?", seconds=60) == ABILITIES
