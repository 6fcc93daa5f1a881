"""One sitting of one listener: what is counted while stories are open."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from db.records import ProgressRecord, SessionRecord
from player.session import Session
from player.story.graph import Story
from player.story.walking import percentage


@dataclass(slots=True)
class _Count:
    """What is counted of one story, over all sittings."""

    progress_id: UUID
    plays: int
    time_ms: float
    is_completed: bool


@dataclass(slots=True, kw_only=True)
class Sitting:
    """The time listened and the stories heard between opening the program and leaving it."""

    id: str
    started_at: datetime
    device: str
    _contents: list[str] = field(default_factory=list)
    _listened_ms: float = 0.0
    _counts: dict[UUID, _Count] = field(default_factory=dict)
    _untold_ms: dict[UUID, float] = field(default_factory=dict)

    def open(self, story: Story, before: ProgressRecord | None, new_id: UUID) -> None:
        """Go on counting from `before`; `new_id` names the progress of a story never opened."""
        self._counts[story.id] = _Count(
            progress_id=before.id if before else new_id,
            plays=before.play_count if before else 0,
            time_ms=1000.0 * before.total_time_sec if before else 0.0,
            is_completed=before.is_completed if before else False,
        )

    def begin(self, story: Story, content: str, *, is_new: bool) -> None:
        """Count that `story` is heard, as the edition `content`; `is_new` from its start."""
        if content not in self._contents:
            self._contents.append(content)
        if is_new and story.id in self._counts:
            self._counts[story.id].plays += 1

    def heard(self, story: Story, milliseconds: float) -> None:
        """Count time spent listening."""
        self._listened_ms += milliseconds
        self._untold_ms[story.id] = self._untold_ms.get(story.id, 0.0) + milliseconds
        if story.id in self._counts:
            self._counts[story.id].time_ms += milliseconds

    def take_untold(self, story: Story) -> dict[str, int]:
        """Return, once, the time heard that no event has told of: time is counted from events."""
        whole_ms = int(self._untold_ms.get(story.id, 0.0))
        if not whole_ms:
            return {}
        self._untold_ms[story.id] -= whole_ms
        return {"listened_ms": whole_ms}

    def finished(self, story: Story) -> None:
        """Count the story as completed, once and for ever."""
        if story.id in self._counts:
            self._counts[story.id].is_completed = True

    def record(self, user_id: UUID, content: str, now: datetime) -> SessionRecord:
        """Return the row of this sitting as it stands; the time listened in whole seconds."""
        return SessionRecord(
            id=self.id,
            user_id=user_id,
            started_at=self.started_at,
            last_activity_at=now,
            content_ids=tuple(self._contents),
            current_content_id=content,
            total_listening_time=round(self._listened_ms / 1000),
            device=self.device,
        )

    def progress(self, session: Session, user_id: UUID, now: datetime) -> ProgressRecord | None:
        """Return how far the listener is in a story; None for a linear episode: it has no row."""
        count = self._counts.get(session.story.id)
        if count is None or session.story.is_linear:
            return None
        return ProgressRecord(
            id=count.progress_id,
            user_id=user_id,
            story_id=session.story.id,
            current_node_id=session.state.node_id,
            choices_made=tuple(
                {"node_id": str(node.id), "choice": choice.key}
                for node, choice in session.choices_made()
            ),
            is_completed=count.is_completed,
            completion_percentage=percentage(session.story, session.state),
            play_count=count.plays,
            total_time_sec=int(count.time_ms // 1000),  # never more than events tell
            last_played_at=now,
        )
