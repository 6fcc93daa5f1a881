"""What the stage remembers of its listener, in lists in place of a store."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from datetime import UTC, datetime
from typing import TypeVar
from uuid import UUID

from db.asking.shares import Share
from db.errors import StoreError
from db.records import (
    AnalyticsRecord,
    BehaviorRecord,
    LearnerRecord,
    LikeRecord,
    MarkRecord,
    OtherPlace,
    PlaceRecord,
    ProgressRecord,
    Record,
    UserRecord,
)

R = TypeVar("R")

NOW = datetime(2026, 3, 14, 20, 0, tzinfo=UTC)


class Memory:
    """Keeps what is recorded in lists; refuses while `is_full`, has no marks while `is_damaged`."""

    def __init__(self) -> None:
        self.records: list[Record] = []
        self.is_full = False
        self.is_damaged = False
        self.other: OtherPlace | None = None
        self.shares: Mapping[UUID, Share] = {}

    def append(self, records: Sequence[Record]) -> Future[None]:
        done: Future[None] = Future()
        if self.is_full:
            done.set_exception(StoreError("the disk is full; free some space."))
        else:
            self.records += records
            done.set_result(None)
        return done

    def listener(self) -> UserRecord:
        return UserRecord(id=UUID(int=1), anonymous_id="a", created_at=NOW)

    def place(self, slug: str) -> PlaceRecord | None:
        mine = (r for r in reversed(self.records) if isinstance(r, PlaceRecord) and r.slug == slug)
        return next(mine, None)

    def offer(self, slug: str) -> OtherPlace | None:
        return self.other

    def drop_offer(self, slug: str) -> Future[None]:
        self.other = None
        return self.append([])

    def progress(self, story_id: UUID) -> ProgressRecord | None:
        mine = (r for r in reversed(self.records) if isinstance(r, ProgressRecord))
        return next((record for record in mine if record.story_id == story_id), None)

    def marks(self, slug: str | None = None) -> tuple[MarkRecord, ...]:
        if self.is_damaged:
            raise StoreError("the store is damaged; kahani doctor tells more.")
        found = {record.id: record for record in self.records if isinstance(record, MarkRecord)}
        mine = [mark for mark in found.values() if slug in (None, mark.slug)]
        return tuple(sorted(mine, key=lambda mark: (mark.made_at, mark.id), reverse=True))

    def behaviors(self) -> list[BehaviorRecord]:
        return [record for record in self.records if isinstance(record, BehaviorRecord)]

    def likes(self) -> list[LikeRecord]:
        return [record for record in self.records if isinstance(record, LikeRecord)]

    def held(self) -> list[BehaviorRecord]:
        return self.behaviors()

    def behaviors_elsewhere(self, session_id: str) -> int:
        return sum(record.session_id != session_id for record in self.behaviors())

    def learner(self) -> LearnerRecord | None:
        rows = [record for record in self.records if isinstance(record, LearnerRecord)]
        return rows[-1] if rows else None

    def choice_shares(self, slug: str) -> Mapping[UUID, Share]:
        return self.shares

    def choice_counts(self, story_id: UUID) -> dict[UUID, int]:
        taken = [
            UUID(record.event_data["choice_id"])
            for record in self.records
            if isinstance(record, AnalyticsRecord) and record.event_type == "choice_made"
        ]
        return dict(Counter(taken))

    def reaction(self, content_ids: Sequence[str]) -> str | None:
        like = self._last(LikeRecord)
        return like.reaction_type if like else None

    def _last(self, kind: type[R]) -> R | None:
        return next((r for r in reversed(self.records) if isinstance(r, kind)), None)
