"""Faults 14, 15 and 16 on the screens: what is seen, what a key does, and the terminal after it."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.far_away import Listener, Settle, without_a_device
from tests.faults.oracle import choices_in, kept_in, stays_well
from tests.player.audio.behaviours import status
from tests.player.tui.conftest import Terminal

pytestmark = pytest.mark.slow


class Screens(Terminal):
    """The story on the screens of a terminal that is looked at before and after."""

    def __init__(self, listener: Listener, folder: Path) -> None:
        super().__init__(folder)
        self._folder = folder
        self.listener = listener

    def play(self, *arguments: str, **env: str) -> None:
        home = self.listener.home
        all_values = home.surroundings(**env).items()
        values = {n: v for n, v in all_values if n in env or n.startswith(("KAHANI_", "PYTHON"))}
        program = home.command("play", "road", *arguments)
        pairs = [f"{name}={value}" for name, value in values.items()]
        command = shlex.join(["env", *pairs, *program])
        look = "stty -a > {0}/part; mv {0}/part {0}/{1}"  # there whole, or not at all
        script = "; ".join((
            look.format(self._folder, "before"), command, "echo left with $?",
            look.format(self._folder, "after"), "exec cat",
        ))  # fmt: skip
        self._open((80, 24), "sh", "-c", script)

    def leave(self) -> None:
        """Leave, and find the terminal as it was."""
        self.press("q")
        self.until_sees("left with 0")
        self.until((self._folder / "after").is_file)
        before, after = ((self._folder / name).read_text() for name in ("before", "after"))
        assert after == before
        modes = "#{alternate_on} #{cursor_flag} #{mouse_any_flag} #{keypad_cursor_flag}"
        assert self.tmux("display-message", "-p", modes).split() == ["0", "1", "0", "0"]
        assert "Traceback" not in self.sees
        stays_well(self.listener.home)


@pytest.fixture
def screens(libvlc: None, settle: Settle, tmp_path: Path) -> Iterator[Screens]:
    made = Screens(settle(status("404 Not Found")), tmp_path)
    yield made
    made.close()


def test_a_key_hears_the_line_again_once_the_server_gives_the_clip(screens: Screens) -> None:
    screens.play("--output", f"wav:{screens.home / 'heard.wav'}", "--from", "fork")
    screens.until_sees("This is the fork", "no audio", "was not fetched")
    screens.listener.act = lambda call, content: call.sound(content)
    screens.press("r")
    screens.until(lambda: len(kept_in(screens.listener.home.cache)) > 0)
    screens.until(lambda: "no audio" not in screens.sees)
    screens.press("1")
    screens.until_sees("This is the hill")
    screens.until_sees("This is the ford")
    screens.leave()
    assert list(choices_in(screens.listener.home.store)) == ["A"]


def test_without_a_device_the_story_goes_on_and_a_key_tries_the_sound(screens: Screens) -> None:
    screens.listener.keep()
    screens.play("--output", "vlc", "--from", "fork", **without_a_device(screens.home))
    screens.until_sees("This is the fork", "no audio", "No sound device")
    screens.press("r", "1")
    screens.until_sees("This is the ford")
    screens.press("1")
    screens.until_sees("This is the home")
    screens.leave()
    assert list(choices_in(screens.listener.home.store)) == ["A", "A"]
