"""The command itself in a terminal, and at the end of a pipe, with somebody who types."""

from __future__ import annotations

import json
import os
import pty
import re
import select
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeAlias

import pytest

pytestmark = pytest.mark.slow

KAHANI = Path(sys.executable).with_name("kahani")
FIRST = "Ai piedi di una collina"


class Terminal:
    """`kahani play` in a terminal of its own."""

    def __init__(self, home: Path, *arguments: str, **env: str) -> None:
        clean = {k: v for k, v in os.environ.items() if not k.startswith(("KAHANI_", "DATABASE_"))}
        everything = {**clean, "KAHANI_HOME": str(home), "LANG": "C.UTF-8", **env}
        self._pid, self._hand = pty.fork()
        if not self._pid:
            os.execve(KAHANI, ["kahani", "play", *arguments], everything)
        self.told = ""
        self._seen = 0
        self._code: int | None = None

    def types(self, line: str, said: str) -> str:
        """Type a line and wait for what is said to it."""
        os.write(self._hand, f"{line}\n".encode())
        return self.hears(said)

    def hears(self, said: str) -> str:
        """Wait until this is told; return what was told since the last wait."""
        deadline = time.monotonic() + 60
        while said not in self.told[self._seen :]:
            assert time.monotonic() < deadline, f"not told: {said!r}; told: {self.told}"
            if not self._read(deadline):
                assert said in self.told[self._seen :], self.told
        news, self._seen = self.told[self._seen :], len(self.told)
        return news

    def press(self, key: bytes) -> None:
        os.write(self._hand, key)

    def left(self) -> int:
        """Wait for the end; return the exit code."""
        while self._read(time.monotonic() + 60):
            pass
        if self._code is None:
            self._code = os.waitstatus_to_exitcode(os.waitpid(self._pid, 0)[1])
        return self._code

    def close(self) -> None:
        """Hang up."""
        os.close(self._hand)
        if self._code is None:
            os.waitpid(self._pid, 0)

    def _read(self, deadline: float) -> bool:
        if not select.select([self._hand], [], [], max(0.0, deadline - time.monotonic()))[0]:
            return False
        try:
            chunk = os.read(self._hand, 65536)
        except OSError:  # the other end is gone
            return False
        self.told += chunk.decode(errors="replace").replace("\r\n", "\n")
        return bool(chunk)


NewTerminal: TypeAlias = Callable[..., Terminal]


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[NewTerminal]:
    opened: list[Terminal] = []

    def start(*arguments: str, **env: str) -> Terminal:
        opened.append(Terminal(tmp_path / "home", *arguments, **env))
        return opened[-1]

    yield start
    for each in opened:
        each.close()


def fox(terminal: NewTerminal, *more: str, **env: str) -> Terminal:
    """Begin the story of the fox, told in silence."""
    story = terminal("la-volpe-e-la-luna", "--output", "silent", *more, **env)
    story.hears(FIRST)
    return story


def test_a_story_is_commanded_while_it_is_told(terminal: NewTerminal) -> None:
    story = fox(terminal, "--plain", "--pace", "20")  # so that this is still the first line
    story.types("", "Paused.")
    story.types("t", "Translation: At the foot of a hill")
    story.types("b later", "Bookmark kept: later.")
    story.types("speed 2", "Speed 2.")
    story.types("p", "Playing at 2.")
    story.types("go 1", "at the bookmark.")
    story.types("i", "Bookmarks: 1.")
    story.types("q", "Your place is kept.")
    assert story.left() == 0
    assert not re.search(r"[\x00-\x08\x0b-\x1f\u2500-\u25ff]", story.told.replace("\r", ""))


def test_a_dumb_terminal_is_talked_to_line_by_line(terminal: NewTerminal) -> None:
    story = fox(terminal, TERM="dumb")
    story.press(b"\x04")
    assert story.left() == 0


def test_ctrl_c_saves_and_leaves_while_a_line_is_typed(terminal: NewTerminal) -> None:
    story = fox(terminal, "--plain")
    story.press(b"half a li\x03")
    assert story.left() == 130


def test_a_whole_story_without_waiting_and_a_last_like(terminal: NewTerminal) -> None:
    story = terminal("la-volpe-e-la-luna", "--plain", "--pace", "0")
    story.hears("Choose 1 to 3, or q to save and leave.")
    story.types("1", "Choose 1 to")
    story.types("where", "Your turn to choose")
    story.types("B", "Choose 1 to")
    story.types("b", "Press enter to leave")
    story.types("f", "Liked.")
    story.types("", "Your place is kept.")
    assert story.left() == 0


def test_objects_are_left_alone_at_the_end_of_the_story(terminal: NewTerminal) -> None:
    story = terminal("il-forno-alle-cinque", "--json", "--pace", "0")
    story.hears('"event":"finished"')
    assert story.left() == 0


@pytest.mark.parametrize("language", ["fr", "klingon"])
def test_a_language_that_a_story_does_not_speak_is_answered_by_those_it_does(
    terminal: NewTerminal, language: str
) -> None:
    story = terminal("clever-crow", "--plain", "--output", "silent")
    story.hears("Dadi:")
    told = story.types(f"language {language}", "(bn).")
    assert "Hindi (hi), Hindi + English (hi-mixed), Tamil (ta), Bengali (bn)" in told
    story.types("language bengali", "Bengali.")


def test_a_program_commands_through_a_pipe(tmp_path: Path) -> None:
    done = subprocess.run(
        [KAHANI, "play", "la-volpe-e-la-luna", "--plain", "--json", "--pace", "0"],
        env={**os.environ, "KAHANI_HOME": str(tmp_path / "home"), "LANG": "C.UTF-8"},
        input="speed 1.5\nA\nbookmark in the well\nB\ntranslation\nb\n",
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    told = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 0, done.stderr
    names = [event["event"] for event in told]
    assert [event["key"] for event in told if event["event"] == "choice"] == ["A", "B", "B"]
    assert names.index("speed") < names.index("asked") < names.index("bookmark")
    assert names.count("translation") == 1
    assert names[-1] == "finished"


def test_the_help_of_the_command_tells_of_what_may_be_typed(terminal: NewTerminal) -> None:
    told = terminal("--help").hears("--pace")
    assert "enter alone pauses" in " ".join(told.split())


def test_without_a_story_named_one_is_taken_from_the_list(terminal: NewTerminal) -> None:
    told = terminal("--plain", "--output", "silent")
    listed = told.hears("or q to leave.")
    assert "clever-crow: चालाक कौआ; Hindi, " in listed
    assert "1. la-volpe" in told.types("volpe", "or q to leave.")
    told.types("7", "there is no story 7.")
    told.types("1", FIRST)
    told.types("q", "Your place is kept.")
    assert told.left() == 0


def test_at_the_end_of_a_pipe_the_stories_are_listed_and_that_is_all(tmp_path: Path) -> None:
    done = subprocess.run(
        [KAHANI, "play", "--json"],
        env={**os.environ, "KAHANI_HOME": str(tmp_path / "home"), "LANG": "C.UTF-8"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    told = [json.loads(line) for line in done.stdout.splitlines()]
    assert {event["slug"] for event in told} >= {"clever-crow", "la-volpe-e-la-luna"}
    assert {event["event"] for event in told} == {"story"}
    assert done.returncode == 0


def test_a_terminal_without_indian_letters_is_told_in_latin_ones(terminal: NewTerminal) -> None:
    story = terminal(
        *("clever-crow", "--plain", "--output", "silent", "--language", "hi", "--mix", "0"),
        PYTHONIOENCODING="ascii",
        PYTHONUTF8="0",
    )
    told = story.hears("ao bacco, apni dadi ke pas baith jao.")
    assert told.startswith("calak kaua, in Hindi.")
