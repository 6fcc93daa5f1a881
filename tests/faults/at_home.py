"""A listener at home with the crow, and the real program that plays it."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
import threading
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from tests.endings import finish

KAHANI: Final = Path(sys.executable).with_name("kahani")
WAY: Final = ("A", "B", "A", "A", "A")
"""The answers that lead the crow to its end."""


@dataclass
class Run:
    """A player at work: what it told, and how it ended."""

    process: subprocess.Popen[str]
    told: list[dict[str, Any]] = field(default_factory=list)
    complaints: str = ""

    def next(self, event: str) -> dict[str, Any]:
        """Wait until it tells of this."""
        assert self.process.stdout
        watch = threading.Timer(30, self.process.kill)  # then its lines end
        watch.start()
        try:
            for line in self.process.stdout:
                self.told.append(json.loads(line))
                if self.told[-1]["event"] == event:
                    return self.told[-1]
        finally:
            watch.cancel()
        raise AssertionError(f"never told of {event}: {self.told[-3:]} {self._stderr()}")

    def say(self, line: str) -> None:
        """Type a line."""
        pipe = self.process.stdin
        assert pipe
        pipe.write(f"{line}\n")
        pipe.flush()

    def end(self, timeout_s: float = 300) -> Run:
        """Wait for its end."""
        out, self.complaints = finish(self.process, timeout_s)
        self.told += [json.loads(line) for line in out.splitlines()]
        assert "Traceback" not in self.complaints, self.complaints
        return self

    def kill(self) -> Run:
        """Kill it in mid-story."""
        self.process.kill()
        finish(self.process)
        return self

    def of(self, event: str, what: str) -> list[Any]:
        """Return one fact of every event of a kind."""
        return [told[what] for told in self.told if told["event"] == event]

    @property
    def code(self) -> int:
        """The exit code."""
        return self.process.returncode

    def _stderr(self) -> str:
        self.process.kill()
        return finish(self.process)[1]


class Home:
    """The folders of one listener."""

    def __init__(self, folder: Path, **environment: str) -> None:
        self.folder = folder
        self.environment = environment
        self.store = folder / "data" / "kahani.sqlite"

    def surroundings(self) -> dict[str, str]:
        """Return the environment of the program."""
        strange = ("KAHANI_", "DATABASE_", "DBUS_")
        kept = {k: v for k, v in os.environ.items() if not k.startswith(strange)}
        return {**kept, "LANG": "C.UTF-8", "KAHANI_HOME": str(self.folder), **self.environment}

    def begin(
        self, *options: str, choices: tuple[str, ...] | None = (), pace: str = "0", around: str = ""
    ) -> Run:
        """Play the crow from where it was left; without `choices` the answers are typed.

        `around` is a command that the program is run by.
        """
        given = () if choices is None else ("--choices", ",".join(choices) or "none")
        command = [str(KAHANI), "play", "clever-crow", "--plain", "--json", "--pace", pace]
        process = subprocess.Popen(
            [*around.split(), *command, *given, *options], env=self.surroundings(), text=True,
            stdin=subprocess.DEVNULL if given else subprocess.PIPE,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip
        return Run(process)

    def play(self, *choices: str, around: str = "") -> Run:
        """Play with these answers until they, or the story, end."""
        return self.begin(choices=choices, around=around).end()

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run another command of the program."""
        return subprocess.run(
            [KAHANI, *arguments], env=self.surroundings(), capture_output=True, text=True,
            timeout=300, check=False,
        )  # fmt: skip

    def ask(self, query: str) -> list[Any]:
        """Return the first column of what the store answers."""
        with closing(sqlite3.connect(self.store)) as store:
            return [row[0] for row in store.execute(query)]

    def choices(self) -> list[str]:
        """Return the keys of all choices in the history, by the order in which they were made."""
        return self.ask(
            "SELECT json_extract(event_data, '$.choice') FROM analytics_events"
            " WHERE event_type = 'choice_made' ORDER BY id"
        )

    def is_well(self) -> bool:
        """Whether the store is whole."""
        return self.ask("PRAGMA integrity_check") == ["ok"] and not self.ask(
            "PRAGMA foreign_key_check"
        )
