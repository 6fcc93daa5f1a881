"""The scribe: puts what happened into records, each with its own id and time."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from db.records import (
    AnalyticsRecord,
    BehaviorRecord,
    LearnerRecord,
    LikeRecord,
    PreferencesRecord,
    UserRecord,
)
from player.preferences import Level, Preferences
from player.session import Session, Step
from player.story.graph import Story

if TYPE_CHECKING:
    from player.learner.folding import State
    from player.learner.taste import Taste


def content_id(story: Story, language: str) -> str:
    """Return the id of the content row of the edition that is heard."""
    return story.slug if story.is_linear else f"{story.slug}:{story.edition(language).language}"


def content_of(session: Session) -> str:
    """Return the id of the content row that is being heard."""
    return content_id(session.story, session.variant.language)


def how(session: Session) -> dict[str, Any]:
    """Return how the story is being heard, as every event tells it."""
    return {"language": session.variant.language, "mix": session.variant.mix}


def answered(left: BehaviorRecord, answer: Mapping[str, Any]) -> BehaviorRecord:
    """Return the record that a node was left, with the answer that left it."""
    return replace(left, context={**(left.context or {}), **answer}) if answer else left


class Scribe:
    """Makes the records of one sitting; `user` must be set before the first.

    `level` is where the belief of a learner of whom nothing is known starts; `reads_along` tells
    whether the transcript is in view.
    """

    def __init__(
        self,
        session_id: str,
        *,
        now: Callable[[], datetime],
        new_id: Callable[[], UUID],
        device: str,
        program: str,
        sounds: bool,
    ) -> None:
        self._session_id = session_id
        self._now = now
        self._new_id = new_id
        self._device = device
        self._program = program
        self._sounds = sounds
        self._sequence = 0
        self.reads_along = True
        self._is_translated = False
        self.user: UserRecord | None = None
        self.level: Level = Preferences().level

    @property
    def listener(self) -> UserRecord:
        """Whose events these are."""
        assert self.user is not None, "Recorder.begin comes first"
        return self.user

    def behavior(
        self, kind: str, session: Session, position_ms: int, *, speed: float, **context: Any
    ) -> BehaviorRecord:
        """Return the record that the listener did `kind` to the sound at `position_ms`."""
        passage = session.passage(session.node)
        is_row = not session.story.is_linear
        self._sequence += 1
        self._see(kind, context)
        return BehaviorRecord(
            id=str(self._new_id()),
            timestamp=self._now(),
            event_type=kind,
            content_id=content_of(session),
            session_id=self._session_id,
            playback_position=round(position_ms / 1000, 2),
            playback_position_percent=round(
                100 * min(position_ms, passage.duration_ms) / max(1, passage.duration_ms), 2
            ),
            duration=round(passage.duration_ms / 1000, 2),
            content_characteristics=self._traits(session, speed),
            device_info={"device": self._device, "program": self._program},
            context=context or None,
            node_id=passage.node_id if is_row else None,
            audio_file_id=passage.clip.id if passage.clip and is_row else None,
            sequence=self._sequence,
        )

    def analytics(
        self, kind: str, session: Session, data: dict[str, Any], *, node_id: UUID | None = None
    ) -> AnalyticsRecord:
        """Return the record of an event of the story as a whole."""
        is_row = not session.story.is_linear
        return AnalyticsRecord(
            id=self._new_id(),
            created_at=self._now(),
            event_type=kind,
            user_id=self.listener.id,
            story_id=session.story.id if is_row else None,
            node_id=node_id if is_row else None,
            session_id=self._session_id,
            event_data={"content_id": content_of(session), **data},
            user_agent=self._program,
        )

    def choice(self, session: Session, step: Step) -> list[AnalyticsRecord]:
        """Return the record of the choice that led to `step`; none where none did."""
        if step.taken is None:
            return []
        before = session.story.nodes[session.state.trail[-2].node_id]
        data = {
            "choice": step.taken.key,
            "choice_id": str(step.taken.id),
            "node": before.key,
            "next_node": step.node.key,
            "correct": step.taken.correct,
            **how(session),
        }
        return [self.analytics("choice_made", session, data, node_id=before.id)]

    def page_view(self, screen: str) -> AnalyticsRecord:
        """Return the record that a screen is looked at."""
        return AnalyticsRecord(
            id=self._new_id(),
            created_at=self._now(),
            event_type="page_view",
            user_id=self.listener.id,
            session_id=self._session_id,
            event_data={"screen": screen},
            user_agent=self._program,
        )

    def marked(
        self, kind: str, story_id: UUID | None, slug: str, state: Mapping[str, Any]
    ) -> AnalyticsRecord:
        """Return the record that a bookmark was added or removed, in whichever story."""
        return AnalyticsRecord(
            id=self._new_id(),
            created_at=self._now(),
            event_type=kind,
            user_id=self.listener.id,
            story_id=story_id,
            session_id=self._session_id,
            event_data={
                "slug": slug,
                **{name: state[name] for name in ("position_ms", "language", "mix")},
            },
            user_agent=self._program,
        )

    def prefers(self, preferences: Preferences) -> PreferencesRecord:
        """Return the record of what the listener prefers: one row for each listener."""
        return PreferencesRecord(
            id=str(self.listener.id),
            difficulty_preference=preferences.level,
            preferred_formats=preferences.formats,
            preferred_genres=preferences.genres,
            playback_speed=preferences.speed,
            auto_play=preferences.auto_play,
            session_id=self._session_id,
        )

    def like(self, session: Session, reaction: str | None) -> LikeRecord:
        """Return the record of a reaction, None taking it back."""
        now = self._now()
        edition = session.story.edition(session.variant.language)
        return LikeRecord(
            content_id=content_of(session),
            session_id=self._session_id,
            liked=reaction is not None,
            liked_at=now if reaction else None,
            unliked_at=None if reaction else now,
            reaction_type=reaction,
            content_characteristics={
                "slug": session.story.slug,
                "genre": edition.genre,
                "topic": edition.topic,
                "format": edition.format,
                **how(session),
            },
        )

    def _traits(self, session: Session, speed: float) -> dict[str, Any]:
        """Return what is heard, how, and with what in view."""
        passage = session.passage(session.node)
        edition = session.story.edition(session.variant.language)
        own_score = session.node.difficulty_score
        is_placement = session.story.is_placement  # its words are shown after the answer alone
        placement = {"placement": True, "transcript": False} if is_placement else {}
        return {
            "slug": session.story.slug,
            "node": passage.key,
            "format": edition.format,
            "genre": edition.genre,
            "topic": edition.topic,
            "difficulty": edition.difficulty,
            "difficulty_score": edition.difficulty_score if own_score is None else own_score,
            "language": passage.language,
            "code_mix_ratio": passage.mix,
            "speed": speed,
            "level": self.level,
            "transcript": self.reads_along,
            "translated": self._is_translated,
            "has_audio": self._sounds and passage.clip is not None,
            **placement,
        }

    def _see(self, kind: str, context: Mapping[str, Any]) -> None:
        """Follow what the listener has in view while they listen, from what they do."""
        if kind == "transcript_toggled":
            self.reads_along = context.get("showing") != "hidden"
        elif kind == "translation_shown":
            self._is_translated = context.get("of") == "all"

    def learner(self, state: State | None, liking: Taste) -> tuple[LearnerRecord, ...]:
        """Return what is believed of the listener by now, where it is known: a row a sitting."""
        if state is None:
            return ()
        return (believed(self._session_id, state, self.level, liking=liking, at=self._now()),)


def believed(
    session_id: str, state: State, level: Level, *, liking: Taste, at: datetime
) -> LearnerRecord:
    """Return the row of what is believed of the listener after a sitting, written `at` a time.

    `level` counts where nothing was heard yet; `liking` is their taste.
    """
    columns = state.columns(level)
    return LearnerRecord(
        session_id=session_id,
        preference_weights=dict(liking.preference_weights()),
        comprehension_level=columns.comprehension_level,
        content_type_preferences=dict(liking.content_type_preferences()),
        difficulty_adjustment=columns.difficulty_adjustment,
        last_updated=at,
        data_points=columns.data_points,
        belief=state.to_json(),
    )
