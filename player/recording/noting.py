"""Noting: what a listener says, keeps and sets, written down with no story moved."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Protocol
from uuid import UUID

from db.records import (
    BehaviorRecord,
    LearnerRecord,
    LikeRecord,
    MarkRecord,
    PlaceRecord,
    ProgressRecord,
    Record,
    UserRecord,
)
from player.errors import UsageError
from player.languages import language_name
from player.learner.holds import HELD, LANGUAGE, RATED
from player.preferences import Level, Preferences
from player.recording.marking import Marking
from player.recording.past import PastStore
from player.recording.places import SavedPlace
from player.recording.scribe import Scribe
from player.recording.sitting import Sitting
from player.session import Session
from player.story.walking import base_language, percentage

if TYPE_CHECKING:
    from player.recording.beliefs import Beliefs


class RecordStore(PastStore, Protocol):
    """The part of the store that recording needs."""

    def append(self, records: Sequence[Record]) -> Future[None]:
        """Write all of them, or none; the future resolves when they are durable."""

    def listener(self) -> UserRecord:
        """Return the listener of this installation."""

    def marks(self, slug: str | None = None) -> tuple[MarkRecord, ...]:
        """Return the marks of one story, or of all, newest first; also those taken away."""

    def behaviors(self) -> Sequence[BehaviorRecord]:
        """Return all that the listener did to the sound, on whichever machine, in no order."""

    def held(self) -> Sequence[BehaviorRecord]:
        """Return those of them that tell what mix, level and speed are held; quick."""

    def behaviors_elsewhere(self, session_id: str) -> int:
        """Return how many of them are not of one sitting."""

    def likes(self) -> Sequence[LikeRecord]:
        """Return all likes of the listener and what was taken back, the last one last."""

    def learner(self) -> LearnerRecord | None:
        """Return what was believed when it was last written down."""

    def progress(self, story_id: UUID) -> ProgressRecord | None:
        """Return how far the listener is in the story."""


class Noting:
    """Writes down what the listener wishes beside the way through a story."""

    def __init__(
        self,
        store: RecordStore,
        *,
        now: Callable[[], datetime],
        new_id: Callable[[], UUID],
        device: str,
        program: str,
        sounds: bool = True,
    ) -> None:
        self._store, self._now, self._new_id = store, now, new_id
        self._sitting = Sitting(id=str(new_id()), started_at=now(), device=device)
        self._scribe = Scribe(
            self._sitting.id, now=now, new_id=new_id, device=device, program=program, sounds=sounds
        )
        self.marking = Marking(store, self._scribe, now=now, new_id=new_id)
        self._making = threading.Lock()
        self._beliefs: Beliefs | None = None

    def answered(self, slug: str) -> Future[None]:
        """Record that the listener answered the offer of another place in the story."""
        return self._store.drop_offer(slug)

    def preferred(self, preferences: Preferences) -> Future[None]:
        """Record what the listener prefers from now on."""
        self.level(preferences.level)
        return self._store.append([self._scribe.prefers(preferences)])

    def level(self, level: Level) -> None:
        """Start the belief in a language of which nothing is known at `level`."""
        self._scribe.level = level

    def liked(self, session: Session, reaction: str | None) -> Future[None]:
        """Record a like (like, love, favorite), or None for its taking back."""
        return self._write([self._scribe.like(session, reaction)], believes=True)

    def placed(self, session: Session, position_ms: int) -> Future[None]:
        """Keep the place to the line, on this machine only."""
        return self._store.append([place_record(session, position_ms, self._now())])

    def viewed(self, screen: str) -> Future[None]:
        """Record that a screen is looked at."""
        return self._store.append([self._scribe.page_view(screen)])

    @property
    def reads_along(self) -> bool:
        """Whether the transcript is in view."""
        return self._scribe.reads_along

    def _write(self, records: Sequence[Record], *, believes: bool = False) -> Future[None]:
        """Write records and learn from them; `believes`: and what is believed, if that is known."""
        self.beliefs.follow(records)
        believed = self.beliefs
        belief = self._scribe.learner(believed.state, believed.taste) if believes else ()
        future = self._store.append([*belief, *records])
        future.add_done_callback(self.beliefs.written)
        return future

    def held_elsewhere(self, language: str, level: float | None) -> BehaviorRecord:
        """Return the event that a level is pinned in a language that is not open; blocks.

        The level in logits; None lets go of it. It lies where the language was heard last. Raises
        UsageError for a base language in which nothing was heard yet.
        """
        heard = [
            event
            for event in self._store.behaviors()
            if base_language(str((event.content_characteristics or {}).get("language"))) == language
        ]
        if not heard:
            raise UsageError(f"Nothing was heard in {language_name(language)} yet.")
        return replace(
            max(heard, key=lambda event: (event.timestamp, event.id)),
            id=str(self._new_id()),
            timestamp=self._now(),
            event_type=RATED,
            context={"rating": HELD, "of": LANGUAGE, "difficulty": level},
            device_info=None,
            sequence=None,
        )

    def noted(self, record: BehaviorRecord) -> Future[None]:
        """Write down an event that was made before, and learn from it."""
        self.beliefs.follow([record])
        return self._store.append([record])

    @property
    def beliefs(self) -> Beliefs:
        """What is believed of the listener; loaded where it is first needed."""
        with self._making:  # a worker and the screens may need it first at the same time
            if self._beliefs is None:
                from player.recording.beliefs import Beliefs  # noqa: PLC0415 - not at start

                self._beliefs = Beliefs(self._store, self._sitting.id, now=self._now)
            return self._beliefs


def far(session: Session) -> dict[str, float]:
    """Return how far the listener is in the story, in percent, as the events of its end tell it."""
    return {"percentage": percentage(session.story, session.state)}


def place_record(session: Session, position_ms: int, at: datetime) -> PlaceRecord:
    """Return the record of the place to the line."""
    return PlaceRecord(
        slug=session.story.slug,
        state=SavedPlace.of(session, position_ms).to_json(),
        percentage=percentage(session.story, session.state),
        is_completed=session.state.is_finished or bool(session.state.endings),
        updated_at=at,
    )
