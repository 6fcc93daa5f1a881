from __future__ import annotations

import contextlib
import fcntl
import json
import os
import pty
import struct
import subprocess
import sys
import termios
from collections.abc import Callable
from pathlib import Path

import pytest

from player.tui.script.driver import chosen_widths
from player.tui.script.painting import Widths

HERE = Path(__file__).parent
ANSWERS = {
    b"\x1b[>0q": b"\x1bP>|kitty(0.46.2)\x1b\\",
    b"\x1b[c": b"\x1b[?62;c",
    b"\x1b[?2026$p": b"\x1b[?2026;2$y",
}
TypeInto = Callable[..., tuple[dict[str, object], bytes]]


def converse(terminal: int, typed: str) -> bytes:
    """Be the terminal: answer what is asked, type once the app is there, return what it wrote."""
    written = b""
    answered = dict.fromkeys(ANSWERS, 0)
    keys = typed.encode() + b"\r"
    with contextlib.suppress(OSError):  # Linux says EIO when the program has gone
        while part := os.read(terminal, 65536):
            written += part
            for question, answer in ANSWERS.items():
                os.write(terminal, answer * (written.count(question) - answered[question]))
                answered[question] = written.count(question)
            if keys and b"READY" in written:
                os.write(terminal, keys)
                keys = b""
    return written


@pytest.fixture
def type_into(tmp_path: Path, program_environment: Callable[..., dict[str, str]]) -> TypeInto:
    """Run the typing app in a terminal; give its report and the bytes that it wrote."""

    def run(typed: str, **more: str) -> tuple[dict[str, object], bytes]:
        report = tmp_path / "report.json"
        ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
        app = subprocess.Popen(
            [sys.executable, str(HERE / "typing_app.py"), str(report)],
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            env=program_environment(TERM="xterm-256color", **more),
        )
        os.close(theirs)
        try:
            written = converse(ours, typed)
            assert app.wait(60) == 0
        finally:
            app.kill()
            app.wait()
            os.close(ours)
        return json.loads(report.read_text(encoding="utf-8")), written

    return run


def test_an_ordinary_terminal_is_not_asked_and_gets_anchored_aksaras(type_into: TypeInto) -> None:
    report, written = type_into("ok")

    assert report["widths"] == "anchor"
    assert b"\x1b[>0q" not in written
    assert "\x1b8\x1b[2Cन्दी".encode() in written


def test_kitty_s_answer_is_not_taken_for_keys_and_words_are_sized(type_into: TypeInto) -> None:
    report, written = type_into("ok", KITTY_WINDOW_ID="1")

    assert report == {"typed": "ok", "cells": 2, "widths": "osc66"}
    assert "\x1b]66;w=5;हिन्दी\x1b\\".encode() in written


def test_the_environment_can_say_how_to_paint(type_into: TypeInto) -> None:
    report, written = type_into("ok", KITTY_WINDOW_ID="1", KAHANI_WIDTHS="off")

    assert report["widths"] == "off"
    assert "हिन्दी READY".encode() in written


def test_hindi_can_be_typed_and_is_measured_with_its_vowel_signs(type_into: TypeInto) -> None:
    report, _ = type_into("हिन्दी")

    assert report["typed"] == "हिन्दी"
    assert report["cells"] == 5


def test_an_unknown_setting_leaves_the_choice_to_the_program() -> None:
    assert chosen_widths({"KAHANI_WIDTHS": "ANCHOR "}) is Widths.ANCHOR
    assert chosen_widths({"KAHANI_WIDTHS": "wide"}) is None
    assert chosen_widths({}) is None
