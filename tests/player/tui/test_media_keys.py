"""playerctl at the real program, in its terminal, over a real bus."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.player.tui.conftest import Terminal

pytestmark = pytest.mark.slow

CROW = ("play", "clever-crow", "--output", "silent", "--language", "hi", "--mix", "0")


class Playerctl:
    """The command that desktops' keys are often bound to."""

    def __init__(self, address: str) -> None:
        self._environment = {"DBUS_SESSION_BUS_ADDRESS": address}

    def __call__(self, *arguments: str) -> str:
        """Return what it says, nothing where there is no player."""
        command = [shutil.which("playerctl") or "playerctl", *arguments]
        done = subprocess.run(
            command, capture_output=True, text=True, env=self._environment, check=False
        )
        return done.stdout.strip()


@pytest.fixture
def playerctl(terminal: Terminal) -> Iterator[Playerctl]:
    for program in ("dbus-daemon", "playerctl"):
        if shutil.which(program) is None:
            pytest.skip(f"{program} is not installed")
    command = ["dbus-daemon", "--session", "--nofork", "--nopidfile", "--print-address"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as daemon:
        assert daemon.stdout
        address = daemon.stdout.readline().strip()
        terminal.bus = address
        yield Playerctl(address)
        daemon.terminate()


def test_playerctl_plays_the_story_on_the_screen(terminal: Terminal, playerctl: Playerctl) -> None:
    terminal.start(*CROW)
    terminal.until(lambda: playerctl("--list-all") == "kahani")
    what = ("metadata", "--format", "{{title}}: {{artist}}")
    terminal.until(lambda: playerctl(*what) == "चालाक कौआ: Dadi")
    playerctl("pause")
    terminal.until_sees("paused")
    terminal.until(lambda: playerctl("status") == "Paused")
    playerctl("play-pause")
    terminal.until_sees("> playing")
    terminal.until(lambda: playerctl("position") != "")
    before = float(playerctl("position"))
    playerctl("next")
    terminal.until(lambda: float(playerctl("position") or before) > before + 1)
    terminal.until(lambda: terminal.count("seek") == 1)
    terminal.press("Space")
    terminal.until(lambda: playerctl("status") == "Paused")


def test_quit_saves_the_place_and_lets_the_name_go(
    terminal: Terminal, playerctl: Playerctl
) -> None:
    terminal.start(*CROW)
    terminal.until(lambda: playerctl("--list-all") == "kahani")
    quit_it = ["dbus-send", f"--bus={terminal.bus}", "--print-reply"]
    quit_it += ["--dest=org.mpris.MediaPlayer2.kahani", "/org/mpris/MediaPlayer2"]
    subprocess.run([*quit_it, "org.mpris.MediaPlayer2.Quit"], check=True, capture_output=True)
    terminal.until_sees("left with 0")
    assert terminal.count("abandon") == 1
    terminal.until(lambda: playerctl("--list-all") == "")


def test_leaving_by_key_lets_the_name_go_too(terminal: Terminal, playerctl: Playerctl) -> None:
    terminal.start(*CROW)
    terminal.until(lambda: playerctl("--list-all") == "kahani")
    terminal.press("q")
    terminal.until_sees("left with 0")
    terminal.until(lambda: playerctl("--list-all") == "")


def test_the_plain_mode_has_media_keys_too(playerctl: Playerctl, terminal: Terminal) -> None:
    terminal.start(*CROW, "--plain")
    terminal.until(lambda: playerctl("--list-all") == "kahani")
    playerctl("pause")
    terminal.until(lambda: playerctl("status") == "Paused")
    terminal.until(lambda: terminal.count("pause") == 1)
    playerctl("play")
    terminal.until(lambda: terminal.count("resume") == 1)
    terminal.press("q", "Enter")
    terminal.until_sees("left with 0")
    terminal.until(lambda: playerctl("--list-all") == "")


def test_the_doctor_says_whether_keys_work(terminal: Terminal, playerctl: Playerctl) -> None:
    terminal.start("doctor", size=(160, 24))
    terminal.until_sees("the desktop finds a story being heard as org.mpris.MediaPlayer2.kahani")
    terminal.until_sees("left with")
    assert playerctl("--list-all") == ""
