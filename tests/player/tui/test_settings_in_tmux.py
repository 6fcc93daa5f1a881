"""Settings and the real command: what is chosen on the screen stands in the file, and counts."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.player.tui.conftest import Terminal

pytestmark = pytest.mark.slow


def config(terminal: Terminal) -> Path:
    return terminal.home / "config" / "kahani" / "config.toml"


def write(terminal: Terminal, text: str) -> None:
    config(terminal).parent.mkdir(parents=True, exist_ok=True)
    config(terminal).write_text(text)


def test_a_speed_chosen_on_the_screen_stands_in_the_file_and_counts(terminal: Terminal) -> None:
    write(terminal, '# mine\ntheme = "kahani-day"  # bright\n')
    terminal.start()
    terminal.until_sees("3 stories")
    terminal.press("o")
    terminal.until_sees("Settings", "intermediate")
    terminal.press("Down", "Right", "Right")
    terminal.until_sees("< 1.1x >")
    wanted = '# mine\ntheme = "kahani-day"  # bright\nspeed = 1.1\n'
    terminal.until(lambda: config(terminal).read_text() == wanted)
    terminal.press("q")
    terminal.until_sees("left with 0")
    terminal.close()
    terminal.start("play", "clever-crow", "--output", "silent")
    terminal.until_sees("> playing", "1.1x")


def test_keys_that_clash_end_the_start_with_both_their_ids(terminal: Terminal) -> None:
    write(terminal, '[keys]\n"listening.like" = "r"\n')
    terminal.start()
    terminal.until_sees("left with 2")
    terminal.until_sees("config.toml: [keys]:", '"listening.like": r already is the key of')
    terminal.until_sees("listening.replay")


def test_a_key_of_the_listeners_own_is_heard(terminal: Terminal) -> None:
    write(terminal, '[keys]\n"app.leave" = "f12"\n"app.help" = ["f1", "?"]\n')
    terminal.start()
    terminal.until_sees("3 stories", "f1 help", "f12 leave")
    terminal.press("F1")
    terminal.until_sees("Keys of this screen")
    terminal.press("Escape")  # the next key begins with an escape too: together they are a third
    terminal.until(lambda: "Keys of this screen" not in terminal.sees)
    terminal.press("F12")
    terminal.until_sees("left with 0")
