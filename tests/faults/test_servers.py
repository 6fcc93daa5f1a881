"""Faults 15, 16 and 17: whatever the server of the clips does, the story is told to its end.

Each misbehaviour by itself, with its sentence, is in tests/player/audio/test_fetch_misbehaving.py.
Here the program plays a whole story in sound, one for each misbehaviour, all at the same time.
"""

from __future__ import annotations

import gzip
from collections.abc import Callable, Mapping
from typing import Any, Final, TypeAlias

import pytest

from tests.faults.far_away import HEARD, LENGTH_MS, Act, Listener, Settle, heard_s
from tests.faults.impatient import TRIES
from tests.faults.oracle import is_well, kept_in
from tests.player.audio.behaviours import (
    EXPIRED,
    HTML,
    close_at_once,
    drip_body,
    redirect,
    stall_before_headers,
    status,
    then_well,
    whole,
)

pytestmark = pytest.mark.slow

AUDIBLE: Final = 0.8
"""So much of a clip is loud, at least; the rest is its ends."""


SLOW: Final = {"stalls once": "4", "stalls": "0.3", "drips": "0.3"}
"""After how many seconds they are given up; who stalls once must then be in time."""


class Player:
    """A listener who hears the whole story, while others hear it too."""

    def __init__(self, listener: Listener) -> None:
        self.listener = listener
        self.home = listener.home
        self.run = listener.home.begin()

    def stored_bytes(self) -> int:
        """Return how much of the clips, or of what passes for them, is on the disk."""
        files = [path for path in self.home.cache.rglob("*") if path.is_file()]
        clips = [p for p in files if p.parent.name != "locks" and "sqlite" not in p.name]
        return sum(path.stat().st_size for path in clips)


Listen: TypeAlias = Callable[[Mapping[str, Act]], dict[str, Player]]


@pytest.fixture
def listen(libvlc: None, settle: Settle) -> Listen:
    """Play the story once for each misbehaviour, all at once, and wait for all of them."""

    def listen(acts: Mapping[str, Act]) -> dict[str, Player]:
        players = {
            name: Player(settle(act, name, FAULTS_READ_S=SLOW.get(name, "10")))
            for name, act in acts.items()
        }
        for player in players.values():
            player.run.end()
        return players

    return listen


def half_then(act: Callable[[Any], object]) -> Act:
    """Send half of what is asked for, then act."""

    def do(call: Any, sound: bytes) -> bool:
        call.partly(sound, (len(sound) - call.start) // 2)
        call.pause(0.05)
        act(call)
        return False

    return do


STALL, RESET, CUT = (half_then(act) for act in (
    lambda call: call.stall(), lambda call: call.reset(), lambda _: None,
))  # fmt: skip


def replaced(call: Any, sound: bytes) -> object:
    """The object is another one from the second request on: only from its start is it whole."""
    if call.nth == 1:
        return CUT(call, sound)
    return call.sound(sound, etag='"two"')


PASSING: Final[Mapping[str, Act]] = {
    "stalls once": then_well(1, STALL),
    "resets once": then_well(1, RESET),
    "truncates once": then_well(1, CUT),
    "closes twice": then_well(2, close_at_once),
    "replaces it": replaced,
    "asks for a second": then_well(1, status("429 Slow Down", b"", "Retry-After: 1")),
}
LASTING: Final[Mapping[str, Act]] = {
    "stalls": stall_before_headers,
    "drips": drip_body,
    "truncates": lambda call, sound: (call.partly(sound, 2_000 if not call.start else 0), False)[1],
    "is down": status("500 Internal Server Error", HTML),
}
REFUSING: Final[Mapping[str, Act]] = {
    "forbids": status("403 Forbidden", HTML),
    "has it not": status("404 Not Found", HTML),
    "has an expired link": status("400 Bad Request", EXPIRED),
    "leads elsewhere": redirect("https://evil.example/clip.mp3"),
    "shows a login page": whole("Content-Type: text/html; charset=utf-8", body=HTML),
}
WRONG: Final[Mapping[str, Act]] = {
    "sends too few": lambda call, sound: call.sound(sound[:-1]),
    "sends other bytes": lambda call, sound: call.sound(sound[:-1] + b"\x07"),
    "sends a huge body": lambda call, sound: call.sound(sound * 300),
    "sends a bomb": lambda call, _: call.answer(
        "200 OK", gzip.compress(bytes(20_000_000)), "Content-Encoding: gzip"
    ),
}


def test_what_passes_is_not_even_told_and_every_clip_is_heard_and_kept(listen: Listen) -> None:
    for name, player in listen(PASSING).items():
        is_well(player.home, player.run)
        assert player.run.nodes == HEARD, name
        assert player.run.notices == [], name
        assert heard_s(player.home) > AUDIBLE * len(HEARD) * LENGTH_MS / 1000, name
        assert len(kept_in(player.home.cache)) >= len(HEARD), name
        # What is fetched ahead may be let go of, and asked for again from where it was.
        assert max(player.listener.asked().values()) <= 6, name
        if name == "truncates once":
            assert_resumed(player.listener)


def assert_resumed(listener: Listener) -> None:
    """What was cut off was asked for from where it broke off."""
    first, second = (call for call in listener.server.calls if call.path == "/gate")
    assert "range" not in first.headers
    assert second.headers["range"] == f"bytes={len(listener.contents['gate']) // 2}-"


def test_what_lasts_is_told_once_and_the_story_goes_on_as_text(listen: Listen) -> None:
    for name, player in listen(LASTING).items():
        is_well(player.home, player.run)
        assert player.run.nodes == HEARD, name
        (notice,) = player.run.notices
        assert "/gate.mp3 was not fetched: " in notice, name
        assert "The story goes on as text" in notice, name
        assert kept_in(player.home.cache) == [], name
        assert max(player.listener.asked().values()) <= 4 * TRIES, name


def test_a_refusal_is_told_with_its_cause_and_not_asked_again_and_again(listen: Listen) -> None:
    causes = {
        "forbids": "refuses access (403)",
        "has it not": "(404)",
        "has an expired link": "has run out (400)",
        "leads elsewhere": "leads elsewhere, to evil.example",
        "shows a login page": "sends a page instead of sound",
    }
    for name, player in listen(REFUSING).items():
        is_well(player.home, player.run)
        assert player.run.nodes == HEARD, name
        (notice,) = player.run.notices
        assert "/gate.mp3 was not fetched: " in notice, name
        assert causes[name] in notice
        assert kept_in(player.home.cache) == [], name
        assert max(player.listener.asked().values()) <= 2, (name, player.listener.asked())


def test_what_is_wrong_is_tried_once_more_and_never_kept(listen: Listen) -> None:
    for name, player in listen(WRONG).items():
        is_well(player.home, player.run)
        assert player.run.nodes == HEARD, name
        (notice,) = player.run.notices
        assert "/gate.mp3 was not fetched: " in notice, name
        assert "2 times" in notice, name
        assert kept_in(player.home.cache) == [], name
        assert player.stored_bytes() <= sum(map(len, player.listener.contents.values())), name
