"""A crowd of listeners over many months, in PostgreSQL and, to count by hand, in memory."""

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from psycopg import Connection
from psycopg.types.json import Jsonb

SPACE = UUID("7a0e3c52-0d8b-4d0f-9a55-3b1f7a7e0c11")
LANGUAGES = ("hi", "en")


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One event of either table."""

    id: UUID
    moment: datetime
    who: UUID
    kind: str
    language: str
    node: str | None = None
    choice: str | None = None
    resumed: bool = False

    @property
    def is_of_sound(self) -> bool:
        return self.kind in ("replay", "abandon")


def month_ago(months: int, day: int = 10) -> datetime:
    """A day in the month so many months ago, at noon in UTC."""
    now = datetime.now(UTC)
    years, place = divmod(12 * now.year + now.month - 1 - months, 12)
    return datetime(years, place + 1, day, 12, tzinfo=UTC)


@dataclass
class Crowd:
    """Listeners of the story `slug` (intro, pot, end; A and B at the pot)."""

    connection: Connection[Any]
    story_id: UUID
    node_ids: dict[str, UUID]
    slug: str = "crow"
    events: list[Event] = field(default_factory=list)
    number: int = 0
    """The number of the last event; two crowds of one story begin apart."""

    def who(self, number: int) -> UUID:
        return uuid5(SPACE, f"listener {number}")

    def event(self, who: UUID, moment: datetime, kind: str, **more: Any) -> Event:
        self.number += 1
        language = more.pop("language", "hi")
        made = Event(
            id=uuid5(SPACE, f"{self.slug} event {self.number}"),
            moment=moment,
            who=who,
            kind=kind,
            language=language,
            **more,
        )
        self.events.append(made)
        return made

    def sitting(self, who: UUID, moment: datetime, rng: random.Random) -> list[Event]:
        """Somebody listens: a start, some nodes, a choice or none, an ending or leaving."""
        how: dict[str, Any] = {"language": rng.choice(LANGUAGES)}
        made: list[Event] = []

        def add(kind: str, **more: Any) -> None:
            tick = moment + timedelta(seconds=len(made))
            made.append(self.event(who, tick, kind, **more, **how))

        add("story_start", resumed=rng.random() < 0.3)
        add("audio_play", node="intro")
        for _ in range(rng.randrange(3)):
            add("replay", node="intro")
        if rng.random() < 0.7:
            choice = rng.choice("AAB")
            add("audio_play", node="pot")
            add("choice_made", node="pot", choice=choice)
            if choice == "A":
                add("story_complete", node="end")
                return made
        add("abandon", node=rng.choice(("intro", "pot")))
        return made

    def arrive(self, events: Sequence[Event]) -> None:
        """Bring events into PostgreSQL, a sitting a listener and day."""
        sessions = {
            self._session(event): (event.who, event.moment)
            for event in sorted(events, key=lambda one: one.moment)
        }
        with self.connection.cursor() as cursor:
            cursor.executemany(
                "INSERT INTO users (id, anonymous_id) VALUES (%s, %s) ON CONFLICT DO NOTHING",
                [(who, str(who)) for who in {event.who for event in events}],
            )
            cursor.executemany(
                "INSERT INTO sessions (id, user_id, started_at, last_activity_at) "
                "VALUES (%s, %s, %s, %s) ON CONFLICT DO NOTHING",
                [(id_, who, at, at) for id_, (who, at) in sessions.items()],
            )
            cursor.executemany(
                "INSERT INTO analytics_events (id, user_id, story_id, node_id, event_type, "
                "event_data, session_id, created_at) VALUES (%s, %s, %s, %s, %s, %s, %s, %s) "
                "ON CONFLICT (id, created_at) DO NOTHING",
                [self._analytics(event) for event in events if not event.is_of_sound],
            )
            cursor.executemany(
                "INSERT INTO behavioral_events (id, content_id, event_type, timestamp, "
                "playback_position, session_id, content_characteristics, node_id) "
                "VALUES (%s, %s, %s, %s, 0, %s, '{}', %s) ON CONFLICT DO NOTHING",
                [self._behavior(event) for event in events if event.is_of_sound],
            )

    def _session(self, event: Event) -> str:
        return f"{event.who}/{event.moment:%Y-%m-%d}"

    def _analytics(self, event: Event) -> tuple[Any, ...]:
        data: dict[str, Any] = {
            "content_id": f"{self.slug}:{event.language}",
            "language": event.language,
        }
        if event.kind == "story_start":
            data["resumed"] = event.resumed
        if event.kind == "audio_play":
            data["direction"] = "on"
        if event.choice:
            data["choice"] = event.choice
        node = self.node_ids[event.node] if event.node else None
        return (
            event.id,
            event.who,
            self.story_id,
            node,
            event.kind,
            Jsonb(data),
            self._session(event),
            event.moment,
        )

    def _behavior(self, event: Event) -> tuple[Any, ...]:
        node = self.node_ids[event.node] if event.node else None
        content = f"{self.slug}:{event.language}"
        session = self._session(event)
        return (str(event.id), content, event.kind, event.moment, session, node)


def finished(events: Iterable[Event]) -> list[Event]:
    """The starts after which their listener heard an ending before the next one."""
    begun: dict[UUID, Event] = {}
    found: list[Event] = []
    for event in sorted(events, key=lambda one: (one.moment, str(one.id))):
        if event.kind == "story_start" and not event.resumed:
            begun[event.who] = event
        elif event.kind == "story_complete" and event.who in begun:
            found.append(begun.pop(event.who))
    return found


def counted(events: Iterable[Event]) -> dict[str, Any]:
    """Count by hand what a report tells."""
    some = list(events)

    def times(kind: str, **where: Any) -> int:
        return sum(
            one.kind == kind and all(getattr(one, k) == v for k, v in where.items()) for one in some
        )

    def told(**where: Any) -> dict[str, int]:
        starts = [e for e in some if e.kind == "story_start"]
        return {
            "plays": times("story_start", resumed=False, **where),
            "resumes": times("story_start", resumed=True, **where),
            "completions": sum(
                all(getattr(play, k) == v for k, v in where.items()) for play in finished(some)
            ),
            "endings_heard": times("story_complete", **where),
            "listeners": len(
                {e.who for e in starts if all(getattr(e, k) == v for k, v in where.items())}
            ),
        }

    return {
        "total": told(),
        "editions": {language: told(language=language) for language in LANGUAGES},
        "nodes": {
            node: {
                "visits": times("audio_play", node=node),
                "replays": times("replay", node=node),
                "left": times("abandon", node=node),
            }
            for node in ("intro", "pot", "end")
        },
        "choices": {key: times("choice_made", choice=key) for key in "AB"},
    }


def reported(report: Any) -> dict[str, Any]:
    """Bring a report into the same shape."""

    def told(edition: Any) -> dict[str, int]:
        names = ("plays", "resumes", "completions", "endings_heard", "listeners")
        return {name: getattr(edition, name) for name in names}

    return {
        "total": told(report.total),
        "editions": {one.language: told(one) for one in report.editions},
        "nodes": {
            n.key: {"visits": n.visits, "replays": n.replays, "left": n.left} for n in report.nodes
        },
        "choices": {c.key: c.taken for n in report.nodes for c in n.choices},
    }
