"""The checkpoint: keeps the place with every line, so that no crash costs more than one."""

from __future__ import annotations

from functools import partial
from typing import Final

from player.audio.clock import Alarm, Clock
from player.audio.output import PlaybackState
from player.playback.deck import Deck
from player.playback.turns import Turns
from player.recording.recorder import Recorder
from player.session import Session
from player.story.lines import line_at

CHECKPOINT_SECONDS: Final = 1.0


class Checkpoint:
    """Looks once a second, from `start` to `stop`, whether another line is heard."""

    def __init__(
        self, clock: Clock, session: Session, deck: Deck, recorder: Recorder, turns: Turns
    ) -> None:
        self._clock = clock
        self._session = session
        self._deck = deck
        self._recorder = recorder
        self._turns = turns
        self._alarm = Alarm(clock)
        self._kept: tuple[int, int] = (0, 0)

    def start(self) -> None:
        """Begin to look."""
        self._alarm.set(self._clock.now() + CHECKPOINT_SECONDS, self._look)

    def stop(self) -> None:
        """Look no more; harmless when done twice."""
        self._alarm.cancel()

    def passed(self, depth: int) -> None:
        """Know that the start of passage number `depth` is kept already."""
        self._kept = (depth, 0)

    def _look(self) -> None:
        self.start()
        session = self._session
        lines = session.passage(session.node).lines
        index = line_at(lines, self._deck.position_ms())
        here = (len(session.state.trail), index)
        if self._deck.state is PlaybackState.PLAYING and lines and here != self._kept:
            self._kept = here
            record = self._recorder.placed(session, lines[index].start_ms)
            self._turns.spawn(partial(self._turns.written, record))
