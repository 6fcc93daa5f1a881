"""The real program: a placement on the screen, and what is said after it in the shell."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.player.tui.conftest import Terminal

pytestmark = pytest.mark.slow


def test_it_is_begun_by_its_command_and_goes_back_to_the_library(terminal: Terminal) -> None:
    terminal.start("learner", "placement", "it", "--output", "silent")
    terminal.until_sees("Find your level: Italian")
    terminal.press("PageDown")
    terminal.until_sees("Clip 1 of 8", "The words come after your answer.")
    terminal.press("1")
    terminal.until_sees("You chose:", "Clip 2 of 8")
    terminal.press("Escape")
    terminal.until_sees("enter listen", "Il forno")
    terminal.press("q")
    terminal.until_sees("left with 0")
