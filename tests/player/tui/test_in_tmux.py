"""The real command in a real terminal."""

from __future__ import annotations

import os
import signal
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.player.tui.conftest import Terminal

pytestmark = pytest.mark.slow

CROW = ("play", "clever-crow", "--output", "silent", "--mix", "0", "--language")
SIZES = [(80, 24), (120, 40)]
TITLES = {"hi": "चालाक कौआ", "ta": "புத்திசாலிக் காகம்", "bn": "চালাক কাক"}
BORDER = "│╭╮╰╯"


def border_columns(row: str) -> list[int]:
    """Return the cells of the borders as tmux counts: marks without width take none."""
    found: list[int] = []
    cell = 0
    for character in row:
        if character in BORDER:
            found.append(cell)
        cell += unicodedata.category(character) not in {"Mn", "Me", "Cf"}
    return found


def listen(terminal: Terminal, language: str = "hi", size: tuple[int, int] = (80, 24)) -> None:
    """Open the crow and step to the second line."""
    terminal.start(*CROW, language, size=size)
    terminal.until_sees(TITLES[language], "> playing")
    terminal.press(".")
    terminal.until(lambda: terminal.count("seek") == 1)


@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("language", TITLES)
def test_borders_over_every_script_are_straight(
    terminal: Terminal, language: str, size: tuple[int, int]
) -> None:
    listen(terminal, language, size)
    terminal.press("?")
    terminal.until_sees("Keys of this screen", "esc closes")
    rows = [columns for row in terminal.sees.splitlines() if (columns := border_columns(row))]
    assert len(rows) > 15
    assert {tuple(columns) for columns in rows} == {tuple(rows[0])}


def test_the_library_shows_the_bundled_stories(terminal: Terminal) -> None:
    terminal.start()
    terminal.until_sees("3 stories", TITLES["hi"], "La volpe e la luna", "Il forno alle cinque")


def test_the_screen_is_seen_though_stderr_goes_to_a_file(terminal: Terminal) -> None:
    terminal.start(redirected="2>/dev/null")
    terminal.until_sees("3 stories")


def leave_by_q(terminal: Terminal) -> None:
    """As people do."""
    terminal.press("q")


def leave_at_once(terminal: Terminal) -> None:
    """As people in a hurry do, even from within a dialog."""
    terminal.press("?")
    terminal.until_sees("Keys of this screen")
    terminal.press("C-q")


def terminate(terminal: Terminal) -> None:
    """As a system that shuts down does."""
    os.kill(terminal.pid, signal.SIGTERM)


def hang_up(terminal: Terminal) -> None:
    """As a lost connection does."""
    os.kill(terminal.pid, signal.SIGHUP)


@pytest.mark.parametrize(
    ("leave", "code"), [(leave_by_q, 0), (leave_at_once, 0), (terminate, 143), (hang_up, 129)]
)
def test_whoever_leaves_finds_the_place_kept_and_the_terminal_restored(
    terminal: Terminal, leave: object, code: int
) -> None:
    listen(terminal)
    assert callable(leave)
    leave(terminal)
    terminal.until_sees(f"left with {code}")
    assert terminal.count("abandon") == 1
    modes = "#{alternate_on} #{cursor_flag} #{mouse_any_flag} #{keypad_cursor_flag}"
    assert terminal.tmux("display-message", "-p", modes).split() == ["0", "1", "0", "0"]


def test_a_closed_terminal_keeps_the_place_and_leaves_nothing_running(terminal: Terminal) -> None:
    listen(terminal)
    terminal.close()
    terminal.until(lambda: not terminal.is_running())
    assert terminal.count("abandon") == 1


def close_the_window(terminal: Terminal) -> None:
    """As people do with the mouse."""
    terminal.close()


PLACES: Mapping[str, tuple[Sequence[str], str, Callable[[Terminal], None]]] = {
    "the story": ((), "|| paused", leave_by_q),
    "the bookmarks": (("B",), "no bookmarks yet", lambda t: t.press("C-q")),
    "the page of keys": (("o", "End", "Enter"), "Settings: keys", terminate),
    "a question": (("S",), "Fall silent in", hang_up),
    "the drawn line": (("z",), "⠉", close_the_window),
}


@pytest.mark.parametrize("place", PLACES)
def test_whoever_comes_back_goes_on_at_the_same_line(terminal: Terminal, place: str) -> None:
    keys, sight, leave = PLACES[place]
    listen(terminal)
    terminal.press("Space")
    terminal.until_sees("|| paused")
    left = next(row for row in terminal.sees.splitlines() if row.startswith("  ▌"))
    for key in keys:
        terminal.press(key)
    terminal.until_sees(sight)
    leave(terminal)
    terminal.until(lambda: not terminal.is_running())
    terminal.close()
    terminal.start(*CROW[:-1], "--speed", "0.5")
    terminal.until(lambda: left in terminal.sees.splitlines())
