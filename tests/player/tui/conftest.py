"""Fixtures of the screens: a stage, and a visitor who presses keys and reads."""

from __future__ import annotations

import html
import importlib.util
import os
import re
import shlex
import shutil
import sqlite3
import subprocess
import sys
import time
import uuid
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, closing
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import pytest
from textual.events import Paste
from textual.notifications import Notification
from textual.pilot import Pilot
from textual.widget import Widget

from player.audio.output import PlaybackState
from player.tui.app import KahaniApp, make_app
from player.tui.messages import StoryPicked
from player.tui.screens.library import LibraryScreen
from player.tui.screens.listening import ListeningScreen
from tests.player.tui.resting import PATIENCE_S, rest

if TYPE_CHECKING:
    from tests.player.tui.stage import Stage

CELL = 12.2  # the width that Rich gives to a cell in a picture
_text = re.compile(r'<text class="[^"]*" x="([\d.]+)" y="([\d.]+)"[^>]*>([^<]*)</text>')


def read(app: KahaniApp) -> str:
    """Return what is on the screen, in real text, row by row."""
    rows: dict[float, str] = {}
    for x, y, text in _text.findall(app.export_screenshot()):
        row = rows.get(float(y), "").ljust(round(float(x) / CELL))
        rows[float(y)] = row + html.unescape(text).replace("\xa0", " ").rstrip("\n")
    return "\n".join(row for _, row in sorted(rows.items()))


class Visitor:
    """Somebody at the keyboard."""

    def __init__(self, pilot: Pilot[Any], stage: Stage) -> None:
        self.pilot = pilot
        self.stage = stage
        assert isinstance(pilot.app, KahaniApp)
        self.app: KahaniApp = pilot.app

    @property
    def sees(self) -> str:
        return read(self.app)

    async def press(self, *keys: str) -> None:
        """Press keys one by one, each once all that the one before brought about is seen."""
        for key in keys:
            await self.pilot.press(key)
            await self.settle()

    async def paste(self, text: str) -> None:
        self.app.post_message(Paste(text))
        await self.settle()

    async def settle(self) -> None:
        """Wait until all that was wished for is done."""
        await rest(self.app)

    async def until(self, is_so: Callable[[], bool]) -> None:
        """Wait for something that another thread brings about."""
        end = time.monotonic() + PATIENCE_S
        while not is_so():
            assert time.monotonic() < end, self.sees
            await self.pilot.pause(0.005)
        await self.settle()

    async def come_in(self) -> None:
        """Wait until the stories are there, or what stands in their way: no key is heard before."""
        library = self.app.screen_stack[0]
        assert isinstance(library, LibraryScreen)
        none = self.stage.is_slow or self.stage.catalogue_failure or not self.stage.stories
        await self.until(lambda: bool(none or library.stories or len(self.app.screen_stack) > 1))

    async def until_sees(self, text: str) -> None:
        await self.until(lambda: text in self.sees)

    async def open(self, slug: str = "lamp") -> None:
        await self.until(lambda: self.app.controller is not None)
        self.app.post_message(StoryPicked(slug))
        await self.until(lambda: self.state is not PlaybackState.IDLE)
        await self.hear(0)

    @property
    def state(self) -> PlaybackState:
        assert self.app.controller
        return self.app.controller.deck.state

    async def hear(self, seconds: float) -> None:
        """Let the sound go on, within one passage."""
        self.stage.clock.advance(seconds)
        await self.settle()
        assert isinstance(self.app.screen, ListeningScreen)
        self.app.screen.look()
        await self.settle()

    async def hear_out(self, then: str) -> None:
        """Hear the passage to its end, until `then` is seen."""
        self.stage.clock.advance(60)
        await self.until_sees(then)
        await self.hear(0)

    async def click(self, widget: type[Widget], x: int, y: int) -> None:
        await self.pilot.click(widget, offset=(x, y))
        await self.settle()


Visit: TypeAlias = Callable[..., AbstractAsyncContextManager[Visitor]]


@pytest.fixture(scope="session")
def theatre() -> Any:
    """The module that builds stages."""
    path = Path(__file__).with_name("stage.py")
    spec = importlib.util.spec_from_file_location("kahani_stage", path)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(autouse=True)
def _toasts_stand(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let toasts stand until they are cleared: how many are seen is not to depend on the machine.

    Everything else on a stage goes by the clock turned by hand; they would go by that on the wall.
    """
    monkeypatch.setattr(Notification, "time_left", 3600.0)
    monkeypatch.setattr(Notification, "has_expired", False)


@pytest.fixture
def new_stage(theatre: Any) -> Callable[..., Stage]:
    """Make a stage with the small library on it, or with what is given."""

    def make(**how: Any) -> Stage:
        calm = theatre.Settings(reduced_motion=True)
        stage: Stage = theatre.Stage(**{"stories": theatre.shelf(), "settings": calm, **how})
        return stage

    return make


@pytest.fixture
def visitor_of() -> Callable[[Pilot[Any], Stage], Visitor]:
    """Sit down in front of an app that somebody else has started."""
    return Visitor


@pytest.fixture
def visit(new_stage: Callable[..., Stage]) -> Visit:
    """Start the app on a stage and sit down in front of it."""

    @asynccontextmanager
    async def sit(
        size: tuple[int, int] = (80, 24), stage: Stage | None = None, **how: Any
    ) -> AsyncIterator[Visitor]:
        stage = stage or new_stage(**how)
        app = make_app(stage)
        async with app.run_test(size=size, notifications=True) as pilot:
            visitor = Visitor(pilot, stage)
            await visitor.come_in()
            yield visitor

    return sit


class Terminal:
    """The real program in a terminal of tmux, with a home of its own."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.store = home / "data" / "kahani" / "kahani.sqlite"
        self._pid = home / "pid"
        self._socket = ""
        self.bus = ""
        """The address of a session bus; without one the desktop of whoever tests is left alone."""

    def tmux(self, *arguments: str) -> str:
        """Ask the tmux of this terminal. Raises: AssertionError with what it said against it."""
        command = ["tmux", "-f", "/dev/null", "-u", "-L", self._socket, *arguments]
        done = subprocess.run(
            command, capture_output=True, text=True, env=self._environment(), check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def start(
        self, *arguments: str, size: tuple[int, int] = (80, 24), redirected: str = ""
    ) -> None:
        script = f"{self.command(*arguments, redirected=redirected)}; echo left with $?; exec cat"
        self._open(size, "sh", "-c", script)

    def start_shell(self, size: tuple[int, int] = (80, 24)) -> None:
        """Open a shell with job control, to type `command` at."""
        self._open(size, "env", "PS1=shell> ", "bash", "--norc", "--noprofile", "-i")

    def command(self, *arguments: str, redirected: str = "") -> str:
        """Return what starts the program in a shell and tells its pid."""
        kahani = shlex.join([str(Path(sys.executable).with_name("kahani")), *arguments])
        command = f"echo $$ > {shlex.quote(str(self._pid))}; exec {kahani} {redirected}"
        return f"sh -c {shlex.quote(command)}"

    def _open(self, size: tuple[int, int], *command: str) -> None:
        width, height = (str(number) for number in size)
        # A server that is still going away refuses a new session: each start has its own.
        self._socket = f"kahani-{uuid.uuid4().hex[:8]}"
        self.tmux("new-session", "-d", "-x", width, "-y", height, *command)

    @property
    def sees(self) -> str:
        return self.tmux("capture-pane", "-p")

    @property
    def pid(self) -> int:
        return int(self._pid.read_text())

    def press(self, *keys: str) -> None:
        self.tmux("send-keys", *keys)

    def until(self, is_so: Callable[[], bool], seconds: float = PATIENCE_S) -> None:
        """Wait for something that the program does."""
        end = time.monotonic() + seconds
        while not is_so():
            assert time.monotonic() < end, self.sees
            time.sleep(0.05)

    def until_sees(self, *texts: str) -> None:
        """Wait for texts; blanks that keep an aksara's place do not count."""
        wanted = ["".join(text.split()) for text in texts]
        self.until(lambda: all(text in "".join(self.sees.split()) for text in wanted))

    def close(self) -> None:
        """Close the window, as people do with the mouse."""
        if self._socket:
            self.tmux("kill-server")
            self._socket = ""

    def is_running(self) -> bool:
        try:
            os.kill(self.pid, 0)
        except ProcessLookupError:
            return False
        return True

    def count(self, event: str) -> int:
        """Count the events of a kind in the store."""
        with closing(sqlite3.connect(self.store)) as store:
            query = "select count(*) from behavioral_events where event_type = ?"
            return int(store.execute(query, (event,)).fetchone()[0])

    def _environment(self) -> dict[str, str]:
        dropped = {"TMUX", "TEXTUAL_DRIVER", "NO_COLOR", "COLUMNS", "LINES"}
        dropped |= {"DATABASE_URL", "DBUS_SESSION_BUS_ADDRESS", "XDG_RUNTIME_DIR"}
        kept = {n: v for n, v in os.environ.items() if n not in dropped and "KAHANI_" not in n}
        homes = {f"XDG_{n.upper()}_HOME": str(self.home / n) for n in ("data", "config", "state")}
        return {
            **kept,
            **homes,
            **({"DBUS_SESSION_BUS_ADDRESS": self.bus} if self.bus else {}),
            "HOME": str(self.home),
            "LANG": "C.UTF-8",
            "LC_ALL": "C.UTF-8",
            "TERM": "xterm-256color",
            "TEXTUAL_ANIMATIONS": "none",
        }


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Terminal]:
    """A terminal with nothing in it yet."""
    if shutil.which("tmux") is None:
        pytest.skip("tmux is not installed")
    made = Terminal(tmp_path)
    yield made
    made.close()
