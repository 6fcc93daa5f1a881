"""What a desktop is shown of the story being heard."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from player.audio.output import PlaybackState
from player.controller import PlaybackController
from player.session import Session
from player.story.lines import line_at

NODES: Final = "/org/kahani/node/"
MICROSECONDS: Final = 1000
"""In a millisecond: MPRIS counts time in microseconds."""


class Status(StrEnum):
    """The three things that MPRIS lets a program be doing."""

    PLAYING = "Playing"
    PAUSED = "Paused"
    STOPPED = "Stopped"


@dataclass(frozen=True, slots=True, kw_only=True)
class Track:
    """A node as a desktop shows it. `id` is its object path, `artist` is empty for a narrator."""

    id: str
    title: str
    artist: str
    text: str
    number: int
    length_us: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Showing:
    """All that a desktop knows of us but the position; `track` is None without a story.

    `last_line_in_ms` is when, in time of the clip, `has_next` may change by itself; else None.
    """

    status: Status = Status.STOPPED
    track: Track | None = None
    rate: float = 1.0
    volume: float = 1.0
    has_next: bool = False
    can_play: bool = False
    last_line_in_ms: int | None = None


def look(controller: PlaybackController, *, is_waiting: bool) -> Showing:
    """Return what there is to be shown now.

    `is_waiting` says that a passage that asks nothing was heard, and the listener goes on by a key.
    """
    deck, session = controller.deck, controller.session
    if session is None:
        return Showing(rate=deck.speed, volume=deck.volume / 100)
    has_next, last_line_in_ms = _way_on(session, controller.position_ms(), deck.state)
    status = _status(session, deck.state, is_waiting=is_waiting)
    asks = deck.state is PlaybackState.FINISHED and bool(session.options())
    return Showing(
        status=status,
        track=_track(session),
        rate=deck.speed,
        volume=deck.volume / 100,
        has_next=has_next,
        can_play=not asks,
        last_line_in_ms=last_line_in_ms if status is Status.PLAYING else None,
    )


def _status(session: Session, state: PlaybackState, *, is_waiting: bool) -> Status:
    """Between two passages that follow each other by themselves it plays on."""
    match state:
        case PlaybackState.PAUSED:
            return Status.PAUSED
        case PlaybackState.IDLE:
            return Status.STOPPED
        case PlaybackState.FINISHED if session.node.is_end:
            return Status.STOPPED
        case PlaybackState.FINISHED if is_waiting or session.options():
            return Status.PAUSED
        case _:
            return Status.PLAYING


def _way_on(session: Session, position_ms: int, state: PlaybackState) -> tuple[bool, int | None]:
    """Return whether "next" leads anywhere, and in how many ms it may not any more."""
    if not session.node.is_end and not session.options():
        return True, None
    lines = session.passage(session.node).lines
    if state is PlaybackState.FINISHED or line_at(lines, position_ms) + 1 >= len(lines):
        return False, None
    return True, lines[-1].start_ms - position_ms


def _track(session: Session) -> Track:
    passage = session.passage(session.node)
    return Track(
        id=NODES + passage.node_id.hex,
        title=session.title,
        artist=passage.speaker,
        text=passage.text,
        number=len(session.state.trail),
        length_us=passage.duration_ms * MICROSECONDS,
    )
