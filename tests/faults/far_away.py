"""A story whose clips lie on a server far away, and the program that plays it, as it is run."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
import wave
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final, TypeAlias

import numpy as np

from db.store import Store
from player.audio.cache import ClipCache
from player.library.catalogue import to_record
from player.story.graph import (
    EDGE_KEY,
    Choice,
    Clip,
    Edition,
    Node,
    NodeType,
    Story,
    catalogue_id,
)
from tests.endings import finish
from tests.player.audio.misbehaving import Server, clip_of

ROOT: Final = Path(__file__).parents[2]
Act: TypeAlias = Callable[[Any, bytes], object]
"""What a server does, given the call and the right bytes."""
SLUG: Final = "road"
WAYS: Final = {
    "gate": {EDGE_KEY: "fork"},
    "fork": {"A": "hill", "B": "river"},
    "hill": {EDGE_KEY: "ford"},
    "river": {EDGE_KEY: "ford"},
    "ford": {"A": "home", "B": "gate"},
    "home": {},
}
"""The story: where each choice of each node leads; "next" is nobody's choice."""
WAY: Final = ("A", "A")
"""The answers that lead to the end, and the nodes that are heard on this way:"""
HEARD: Final = ("gate", "fork", "hill", "ford", "home")
FRAME_BYTES: Final = 192
FRAME_MS: Final = 24
FRAMES: Final = 16
LENGTH_MS: Final = FRAMES * FRAME_MS
_SOUND: Final = ROOT / "tests" / "player" / "audio" / "clips" / "tone.mp3"


def sounds(frames: int = FRAMES) -> dict[str, bytes]:
    """Return a clip for each node, 0.4 s of a tone; no two are the same bytes."""
    tone = _SOUND.read_bytes()[: FRAME_BYTES * frames]
    return {key: tone + bytes(place) for place, key in enumerate(WAYS)}


def road(url: str, contents: Mapping[str, bytes], ways: Mapping[str, Any] = WAYS) -> Story:
    """Return the story, with each clip at `url`/its node."""
    nodes = [_node(key, ways[key], _clip(key, contents[key], url)) for key in ways]
    return Story(
        id=catalogue_id(SLUG),
        slug=SLUG,
        age_range="4-8",
        region="pan-indian",
        source_language="en",
        start_id=nodes[0].id,
        nodes={node.id: node for node in nodes},
        editions={"en": Edition(language="en", title="The Road")},
        content_hash="h1",
    )


def _clip(key: str, content: bytes, url: str) -> Clip:
    clip = clip_of(key, content, f"{url}/{key}")
    length_ms = len(content) // FRAME_BYTES * FRAME_MS
    path = f"{SLUG}/audio/en/0.00/meera/{key}.mp3"
    id_ = catalogue_id(SLUG, key, "audio")
    return replace(clip, id=id_, language="en", duration_ms=length_ms, path=path)


def _node(key: str, ways: Mapping[str, str], clip: Clip) -> Node:
    choices = tuple(
        Choice(
            id=catalogue_id(SLUG, key, each),
            key=each,
            text={"en": f"To the {to}"} if each != EDGE_KEY else {},
            next_id=catalogue_id(SLUG, to),
            is_default=each == EDGE_KEY,
        )
        for each, to in ways.items()
    )
    is_asked = choices and EDGE_KEY not in ways
    kind = NodeType.CHOICE if is_asked else NodeType.NARRATION if choices else NodeType.END
    return Node(
        id=catalogue_id(SLUG, key), key=key, type=kind, text={"en": f"This is the {key}."},
        choices=choices, clips=(clip,),
    )  # fmt: skip


def may_mount() -> bool:
    """Return whether whoever tests may have disks of their own."""
    asked = ["unshare", "-rm", "mount", "-t", "tmpfs", "tmpfs", "/mnt"]
    return (
        shutil.which("unshare") is not None
        and subprocess.run(asked, check=False, capture_output=True).returncode == 0
    )


@dataclass
class Run:
    """A player at work; `told` is what it said, one object a line, once it is over."""

    home: Path
    process: subprocess.Popen[str]
    told: list[dict[str, Any]] = field(default_factory=list)
    complaints: str = ""
    code: int | None = None
    began: float = field(default_factory=time.monotonic)
    seconds: float = 0.0

    def end(self, timeout_s: float = 300) -> Run:
        """Wait for its end."""
        group = self.process.pid
        out, self.complaints = finish(
            self.process, timeout_s, lambda: os.killpg(group, signal.SIGKILL)
        )
        self.seconds = time.monotonic() - self.began
        self.told += [json.loads(line) for line in out.splitlines()]
        self.code = self.process.returncode
        return self

    def next(self, event: str, **facts: Any) -> dict[str, Any]:
        """Wait until it tells of this."""
        assert self.process.stdout
        for line in self.process.stdout:
            self.told.append(json.loads(line))
            if facts.items() | {("event", event)} <= self.told[-1].items():
                return self.told[-1]
        raise AssertionError(f"never told of {event}: {self.told[-5:]}")

    def answer(self, *choices: str) -> None:
        """Type these answers."""
        pipe = self.process.stdin
        assert pipe
        pipe.write("".join(f"{choice}\n" for choice in choices))
        pipe.flush()

    def of(self, event: str, what: str) -> list[Any]:
        """Return one fact of every event of a kind."""
        return [told[what] for told in self.told if told["event"] == event]

    @property
    def nodes(self) -> tuple[str, ...]:
        """The nodes that were heard, in their order."""
        return tuple(self.of("node", "node"))

    @property
    def notices(self) -> list[str]:
        """What the listener was told beside the story."""
        return self.of("notice", "message")


class Home:
    """A listener's folders, with the story in the store and no clip on this machine."""

    def __init__(self, folder: Path, story: Story, **environment: str) -> None:
        self.folder = folder
        self.environment = environment
        self.store = folder / "data" / "kahani.sqlite"
        self.cache = folder / "cache"
        self.store.parent.mkdir(parents=True)
        store = Store.open(self.store)
        store.import_story(to_record(story))
        store.close()

    def surroundings(self, **more: str) -> dict[str, str]:
        """Return the environment of a program of this listener."""
        strange = ("KAHANI_", "DATABASE_", "R2_", "DBUS_")
        kept = {name: text for name, text in os.environ.items() if not name.startswith(strange)}
        own = {"KAHANI_HOME": str(self.folder), "PYTHONPATH": str(ROOT), "LANG": "C.UTF-8"}
        return {**kept, **own, **self.environment, **more}

    @staticmethod
    def command(*arguments: str) -> list[str]:
        """Return what runs the program."""
        return [sys.executable, "-m", "tests.faults.impatient", *arguments]

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run another command of the program."""
        return subprocess.run(
            self.command(*arguments), cwd=ROOT, env=self.surroundings(), text=True,
            capture_output=True, timeout=300, check=False,
        )  # fmt: skip

    def begin(
        self,
        *arguments: str,
        sound: str | None = None,
        choices: Sequence[str] | None = WAY,
        mounting: str = "",
        **env: str,
    ) -> Run:
        """Play the story from here on, into a file where no `sound` is named; "" is the usual one.

        Without `choices` the answers are typed. What `mounting` does to the disks, in a shell, is
        so for this player alone.
        """
        place = f"wav:{self.folder / 'heard.wav'}" if sound is None else sound
        options = ("--output", place) if place else ()
        given = ("--plain",) if choices is None else ("--choices", ",".join(choices))
        command = self.command("play", SLUG, "--json", *given, *options, *arguments)
        if mounting:
            command = ["unshare", "-rm", "sh", "-c", f'{mounting} && exec "$@"', "sh", *command]
        process = subprocess.Popen(
            command, cwd=ROOT, env=self.surroundings(**env), text=True, start_new_session=True,
            stdin=subprocess.PIPE if choices is None else subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip
        return Run(self.folder, process)


@dataclass
class Listener:
    """Somebody at home, and the server that the clips lie on."""

    home: Home
    server: Server
    contents: Mapping[str, bytes]
    act: Act

    def keep(self) -> None:
        """Have all clips of the story on this machine."""
        cache = ClipCache(self.home.cache)
        for node in road(self.server.url, self.contents).nodes.values():
            cache.keep(node.clips[0], self.contents[node.key])
        cache.close()

    def asked(self) -> Counter[str]:
        """Return how often the server was asked for each clip."""
        return Counter(call.path.split("?")[0].rpartition("/")[2] for call in self.server.calls)


Settle: TypeAlias = Callable[..., Listener]


def heard_s(home: Home) -> float:
    """Return for how many seconds something was heard."""
    with wave.open(str(home.folder / "heard.wav")) as file:
        sound = np.frombuffer(file.readframes(file.getnframes()), np.int16)
        rate = file.getframerate()
    loud = np.abs(sound.astype(np.int32)) > 1_000
    held = np.convolve(loud, np.ones(rate // 200), "same") > 0  # a tone is small twice in a turn
    seconds: float = np.count_nonzero(held) / rate
    return seconds


def without_a_device(folder: Path) -> dict[str, str]:
    """Return an environment in which no way leads to a sound device."""
    return {
        "PULSE_SERVER": str(folder / "none"),
        "XDG_RUNTIME_DIR": str(folder),
        "ALSA_CONFIG_PATH": "/dev/null",
        "JACK_NO_START_SERVER": "1",
    }
