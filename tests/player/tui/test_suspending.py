"""Ctrl+Z and fg, at a real shell with job control."""

from __future__ import annotations

import os
import shutil
import signal
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.player.tui.conftest import Terminal

pytestmark = pytest.mark.slow

CROW = ("play", "clever-crow", "--output", "silent", "--language", "hi", "--mix", "0")
MODES = "#{alternate_on} #{mouse_any_flag} #{cursor_flag} #{wrap_flag} #{bracketed_paste_flag}"


class Shell:
    """Somebody at a shell who hears a story in it."""

    def __init__(self, terminal: Terminal) -> None:
        self.terminal = terminal
        terminal.start_shell()
        terminal.until_sees("shell>")
        self.modes = self.modes_now()
        self.stty = self.stty_now()
        self.type(terminal.command(*CROW))
        terminal.until_sees("> playing")
        assert self.modes_now() != self.modes

    def type(self, line: str) -> None:
        self.terminal.tmux("send-keys", "-l", line)
        self.terminal.press("Enter")

    def modes_now(self) -> str:
        return self.terminal.tmux("display-message", "-p", MODES)

    def stty_now(self) -> str:
        """Return how the terminal is set, asked of it by a program in it."""
        told = self.terminal.home / "stty"
        told.unlink(missing_ok=True)
        self.type(f"stty -a > {told}.new; mv {told}.new {told}")
        self.terminal.until(told.exists)
        return told.read_text()

    def has_the_terminal(self) -> bool:
        """Whether the shell has it as it was before, and the program stands still."""
        state = Path(f"/proc/{self.terminal.pid}/stat").read_text().rpartition(")")[2].split()[0]
        return state == "T" and self.modes_now() == self.modes

    def says_twice(self, text: str) -> bool:
        """Whether it is told two times; a shell tells of its jobs with its next prompt."""
        self.terminal.press("Enter")  # each is a row more: the first may have left the screen
        return self.terminal.tmux("capture-pane", "-p", "-S", "-").count(text) == 2

    def leave(self) -> None:
        """Press q until it is heard: what is typed while the terminal changes hands is lost."""

        def is_gone() -> bool:
            if self.terminal.is_running():
                self.terminal.press("q")
                return False
            return self.modes_now() == self.modes

        self.terminal.until(is_gone)
        self.terminal.press("C-u")
        assert self.stty_now() == self.stty

    def come_back(self) -> None:
        self.type("fg")
        self.terminal.until(lambda: self.modes_now() != self.modes)


@pytest.fixture
def shell(terminal: Terminal) -> Shell:
    if shutil.which("bash") is None or not Path("/proc/self/stat").exists():
        pytest.skip("bash or /proc is not there")
    return Shell(terminal)


def test_ctrl_z_gives_the_shell_its_terminal_and_fg_goes_on(
    shell: Shell, terminal: Terminal
) -> None:
    terminal.press("C-z")
    terminal.until(shell.has_the_terminal)
    assert shell.stty_now() == shell.stty
    assert "Stopped" in terminal.sees
    shell.come_back()
    terminal.until_sees("चालाक कौआ", "> playing", "? help")
    assert "Stopped" not in terminal.sees
    terminal.until(lambda: terminal.count("resume") == 1)
    assert terminal.count("pause") == 1
    shell.leave()


def test_what_was_paused_stays_paused(shell: Shell, terminal: Terminal) -> None:
    terminal.press("Space")
    terminal.until_sees("paused")
    terminal.press("C-z")
    terminal.until(shell.has_the_terminal)
    shell.come_back()
    terminal.until_sees("चालाक कौआ", "paused")
    terminal.until(lambda: terminal.count("pause") == 1)
    terminal.press("Space")
    terminal.until_sees("> playing")


def test_in_the_background_it_stops_again(shell: Shell, terminal: Terminal) -> None:
    terminal.press("C-z")
    terminal.until(shell.has_the_terminal)
    shell.type("bg")
    terminal.until(lambda: shell.says_twice("Stopped"))
    terminal.until(shell.has_the_terminal)
    assert shell.stty_now() == shell.stty
    shell.come_back()
    terminal.until_sees("चालाक कौआ", "> playing", "? help")


def test_again_and_again_is_the_same(shell: Shell, terminal: Terminal) -> None:
    for times in range(1, 4):
        terminal.press("C-z")
        terminal.until(shell.has_the_terminal)
        shell.come_back()
        terminal.until(lambda times=times: terminal.count("resume") == times)  # type: ignore[misc]
    terminal.press("?")
    terminal.until_sees("Keys of this screen")


@pytest.mark.parametrize("number", [signal.SIGTSTP, signal.SIGSTOP])
def test_a_stop_from_outside_is_gone_back_from(
    shell: Shell, terminal: Terminal, number: signal.Signals
) -> None:
    os.kill(terminal.pid, number)
    terminal.until(lambda: "T (stopped)" in _status(terminal.pid))
    shell.type("")
    shell.type("fg")
    terminal.until(lambda: "T (stopped)" not in _status(terminal.pid))
    terminal.until_sees("चालाक कौआ", "> playing", "? help")
    shell.leave()


def test_a_stopped_program_that_is_ended_keeps_the_place(shell: Shell, terminal: Terminal) -> None:
    terminal.press(".")
    terminal.until(lambda: terminal.count("seek") == 1)
    terminal.press("C-z")
    terminal.until(shell.has_the_terminal)
    shell.type("kill %1")
    terminal.until(lambda: not terminal.is_running())
    # What the program wrote last may still be on its way to the terminal.
    terminal.until(lambda: shell.modes_now() == shell.modes)
    assert shell.stty_now() == shell.stty
    assert terminal.count("abandon") == 1


def test_where_no_shell_waits_it_goes_on(terminal: Terminal) -> None:
    terminal.start(*CROW)
    terminal.until_sees("> playing")
    terminal.press("C-z")
    terminal.until(lambda: terminal.count("resume") == 1)
    terminal.until_sees("चालाक कौआ", "> playing", "? help")


def test_the_plain_mode_is_held_while_it_is_stopped(terminal: Terminal) -> None:
    terminal.start_shell()
    terminal.until_sees("shell>")
    terminal.tmux("send-keys", "-l", terminal.command(*CROW, "--plain"))
    terminal.press("Enter")
    terminal.until_sees("Dadi:")
    terminal.press("C-z")
    terminal.until_sees("Stopped")
    terminal.press("f", "g", "Enter")
    terminal.until(lambda: terminal.count("resume") == 1)
    assert terminal.count("pause") == 1
    assert "No sound" not in terminal.sees
    terminal.press("q", "Enter")
    terminal.until(lambda: not terminal.is_running())


def _status(pid: int) -> str:
    return Path(f"/proc/{pid}/status").read_text()
