"""The only translator between what happens in a story and the records that are kept of it."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from concurrent.futures import Future
from datetime import datetime
from typing import Any, Final

from db.errors import StoreError as NotSavedError
from db.records import (
    BehaviorRecord,
    Record,
    SessionRecord,
)
from player.recording.noting import Noting, RecordStore, far, place_record
from player.recording.past import Opened, past_with
from player.recording.places import SavedPlace
from player.recording.scribe import content_of, how
from player.session import Direction, Session, Step
from player.story.graph import Story

__all__ = ["NotSavedError", "Opened", "RecordStore", "Recorder", "SavedPlace"]

_log = logging.getLogger(__name__)

PATIENCE_S: Final = 0.05
"""How long an opening waits for what is believed: enough for the events of some weeks."""


SETTLING_S: Final = 2.0
"""How long leaving waits where it is doubtful: left at once, or after a clock or disk failed."""


class Recorder(Noting):
    """Writes down what a listener does, in the order in which it happens.

    One object is one sitting (a row of `sessions`). Every method that writes returns the future of
    its transaction: when it is done, nothing of it can be lost. To be used from one thread;
    `begin` and `open` read the store and so belong in a worker thread. Where nothing really
    `sounds`, nothing is learned from how it is listened to.
    """

    def begin(self) -> None:
        """Find out, or make, who is listening."""
        self._scribe.user = self._store.listener()

    def open(self, story: Story) -> Opened:
        """Return the listener's past with `story`, and get ready to count on from it."""
        before = None if story.is_linear else self._store.progress(story.id)
        self._sitting.open(story, before, self._new_id())
        count = len(self.marking.all(story.slug))
        past = past_with(story, self._store, bookmarks=count, now=self._now())
        patience_s = SETTLING_S if story.is_placement else PATIENCE_S  # what is known is told first
        self.beliefs.refresh(self._scribe.level, patience_s=patience_s)
        return past

    def now(self) -> datetime:
        """Return the time that events are written with."""
        return self._now()

    @property
    def is_doubtful(self) -> bool:
        """Whether what is believed is not known yet, or not what the events lead to."""
        return self.beliefs.is_doubtful or self.beliefs.state is None

    def settle(self) -> None:
        """Find out anew what is believed, where that is doubtful and can be read; blocks."""
        try:
            self.beliefs.refresh(self._scribe.level, patience_s=SETTLING_S)
        except NotSavedError as error:  # it stays doubtful; whoever leaves writes the place anyway
            _log.warning("what is believed of the listener could not be read: %s", error)

    def heard(self, story: Story, milliseconds: float) -> None:
        """Count time that was spent listening; it is written with the next record."""
        self._sitting.heard(story, milliseconds)

    def started(
        self, session: Session, step: Step, start_ms: int, *, speed: float, why: Mapping[str, Any]
    ) -> Future[None]:
        """Record that the story begins, or goes on after a pause, at `step`.

        `why` is why it is heard in its mix.
        """
        is_new = step.direction is Direction.START
        content = content_of(session)
        self._sitting.begin(session.story, content, is_new=is_new)
        data = {"resumed": not is_new, **how(session)}
        return self._write(
            [
                self._sitting_record(content),
                self._scribe.analytics("story_start", session, data),
                *self._visit(session, step, speed, start_ms, why),
            ],
            believes=True,
        )

    def moved(
        self,
        session: Session,
        step: Step,
        left: Record,
        *,
        speed: float,
        is_switched: bool,
        why: Mapping[str, Any],
    ) -> Future[None]:
        """Record a node visit, with the choice that led to it, and how the last node was `left`.

        `is_switched`: the node is heard in another language or mix than the last one. `why` is why
        it is heard in its mix.
        """
        chosen = self._scribe.choice(session, step)
        switched = self._switched(session, step) if is_switched else []
        return self._write([left, *chosen, *switched, *self._visit(session, step, speed, 0, why)])

    def behavior(
        self, kind: str, session: Session, position_ms: int, *, speed: float, **context: Any
    ) -> BehaviorRecord:
        """Return the record that the listener did `kind` to the sound at `position_ms`."""
        return self._scribe.behavior(kind, session, position_ms, speed=speed, **context)

    def did(
        self, kind: str, session: Session, position_ms: int, *, speed: float, **context: Any
    ) -> Future[None]:
        """Record what the listener did to the sound, and the place with it."""
        records: list[Record] = [
            self._timed(kind, session, position_ms, speed=speed, **context),
            place_record(session, position_ms, self._now()),
        ]
        if kind in ("pause", "resume"):
            event = "audio_pause" if kind == "pause" else "audio_play"
            data = {"position_ms": position_ms, "resumed": kind == "resume", **how(session)}
            records.append(self._scribe.analytics(event, session, data, node_id=session.node.id))
        return self._write(records)

    def completed(
        self, session: Session, position_ms: int, *, speed: float, **context: Any
    ) -> Future[None]:
        """Record that an ending was heard; call after `session.finish()`."""
        context |= {"is_ending": True, **far(session)}
        self._sitting.finished(session.story)
        data = {"ending": session.node.key, **how(session)}
        return self._write(
            [
                self._timed("complete", session, position_ms, speed=speed, **context),
                self._scribe.analytics("story_complete", session, data, node_id=session.node.id),
                *self._whereabouts(session, position_ms),
                self._sitting_record(content_of(session)),
            ],
            believes=True,
        )

    def changed_language(self, session: Session, step: Step, *, start_ms: int) -> Future[None]:
        """Record that the node is heard in another language or mix, from `start_ms` on."""
        return self._store.append(
            [*self._switched(session, step), *self._whereabouts(session, start_ms)]
        )

    def left(
        self, session: Session, position_ms: int, *, speed: float, **context: Any
    ) -> Future[None]:
        """Record that the listener leaves the story, finished or not."""
        records: list[Record] = [
            self._sitting_record(content_of(session)),
            *self._whereabouts(session, position_ms),
        ]
        if not session.state.is_finished:
            context |= far(session)
            records.append(self._timed("abandon", session, position_ms, speed=speed, **context))
        return self._write(records, believes=True)

    def _visit(
        self, session: Session, step: Step, speed: float, start_ms: int, why: Mapping[str, Any]
    ) -> list[Record]:
        data = {
            "node": step.node.key,
            "direction": step.direction,
            "depth": step.depth,
            "has_audio": step.passage.clip is not None,
            **how(session),
        }
        return [
            self._scribe.analytics("audio_play", session, data, node_id=step.node.id),
            self._timed(
                "play", session, start_ms, speed=speed, direction=str(step.direction), **why
            ),
            *self._whereabouts(session, start_ms),
        ]

    def _switched(self, session: Session, step: Step) -> list[Record]:
        content = content_of(session)
        self._sitting.begin(session.story, content, is_new=False)
        data = {"node": step.node.key, **how(session)}
        return [
            self._sitting_record(content),
            self._scribe.analytics("language_change", session, data, node_id=step.node.id),
        ]

    def _whereabouts(self, session: Session, position_ms: int) -> list[Record]:
        place = place_record(session, position_ms, self._now())
        progress = self._sitting.progress(session, self._scribe.listener.id, self._now())
        return [progress, place] if progress else [place]

    def _timed(
        self, kind: str, session: Session, position_ms: int, *, speed: float, **context: Any
    ) -> BehaviorRecord:
        """Return a record of behavior that also tells what was heard since the last one did."""
        context |= self._sitting.take_untold(session.story)
        return self._scribe.behavior(kind, session, position_ms, speed=speed, **context)

    def _sitting_record(self, content: str) -> SessionRecord:
        return self._sitting.record(self._scribe.listener.id, content, self._now())
