"""Moves the listener's place in a story to where they went on elsewhere, and offers the other."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Connection, select

from db import appending
from db.asking import reading
from db.asking.retracing import retrace, state_of
from db.models import (
    AnalyticsEvent,
    ListeningSession,
    Story,
    StoryNode,
    StoryTranslation,
    UserProgress,
)
from db.records import PlaceRecord
from db.records.elsewhere import OtherPlace
from db.types import from_text, to_text
from db.values import DEVICE, drop_value, set_value, value_of

AT_ONCE: Final = timedelta(minutes=2)
"""Places no further apart in time than this are one sitting: there is nothing to choose."""

OFFER: Final = "offer:"
"""The small value that holds an offer, followed by the slug."""

HEARD: Final = ("audio_play", "language_change")
FINISHED: Final = 100.0

Progress = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class _Told:
    """What is known of a story here."""

    slug: str
    content_hash: str | None


def progress_of(tx: Connection, rows: Sequence[Progress]) -> dict[UUID, Progress]:
    """Return the progress that stands here in the stories of these rows, by story."""
    table = UserProgress.__table__
    stories = {row["story_id"] for row in rows}
    users = {row["user_id"] for row in rows}
    query = select(table).where(table.c.story_id.in_(stories), table.c.user_id.in_(users))
    return {row["story_id"]: dict(row) for row in tx.execute(query).mappings()}


def follow(tx: Connection, before: Mapping[UUID, Progress], pulled: Sequence[Progress]) -> None:
    """Bring places up to date after progress was pulled and merged; `before` stood here then."""
    after = progress_of(tx, pulled)
    for row in pulled:
        story_id = row["story_id"]
        stood, stands = before.get(story_id), after[story_id]
        if row["current_node_id"] is None:
            continue
        has_won = stood is None or _stamp(stood) != _stamp(stands)
        _settle(tx, row, stands, has_won=has_won)


def offer(tx: Connection, slug: str) -> OtherPlace | None:
    """Return the place in a story that lost against a later one, and was not passed since."""
    kept = value_of(tx, f"{OFFER}{slug}")
    if kept is None:
        return None
    values = json.loads(kept)
    place = {**values["place"], "updated_at": from_text(values["place"]["updated_at"])}
    other = OtherPlace(
        place=PlaceRecord(**place), is_here=values["is_here"], device=values["device"]
    )
    here = reading.place(tx, slug)
    return None if here is not None and _is_on_the_way(other.place, here) else other


def drop_offer(tx: Connection, slug: str) -> None:
    """Forget the offer: it was taken, or refused."""
    drop_value(tx, f"{OFFER}{slug}")


def _settle(tx: Connection, pulled: Progress, stands: Progress, *, has_won: bool) -> None:
    """Move the place to where the pulled row won; keep the loser where it is worth an offer.

    Where there is no place, as it was lost with a damaged store, it is what `stands` here.
    """
    told = tx.execute(
        select(Story.slug, Story.content_hash).where(Story.id == pulled["story_id"])
    ).one()
    story = _Told(told.slug, told.content_hash)
    here = reading.place(tx, told.slug)
    if here is None:
        known = pulled if stands["current_node_id"] is None else stands
        appending.append(tx, [_place(tx, story, known, None)])
        return
    if pulled["hlc_device"] == value_of(tx, DEVICE):
        return
    there = _place(tx, story, pulled, here)
    if _node(here) == _node(there):
        return
    if not has_won:
        if _is_worth_it(there, here):
            device = _name_of(tx, pulled["hlc_device"])
            _keep(tx, OtherPlace(place=there, is_here=False, device=device))
        return
    if _is_worth_it(here, there):
        _keep(tx, OtherPlace(place=here, is_here=True))
    else:
        drop_offer(tx, told.slug)
    appending.append(tx, [there])


def _place(tx: Connection, story: _Told, row: Progress, here: PlaceRecord | None) -> PlaceRecord:
    """Return the place that a row of progress tells of: the start of its node."""
    story_id, node_id = row["story_id"], row["current_node_id"]
    trail = retrace(tx, story_id, node_id, row["choices_made"] or ())
    at_end = bool(tx.scalar(select(StoryNode.is_end).where(StoryNode.id == node_id)))
    is_finished = at_end and float(row["completion_percentage"] or 0) >= FINISHED
    endings = _endings(tx, story_id, here) | ({node_id} if is_finished else set())
    state = state_of(story.slug, story.content_hash, trail, endings, is_finished=is_finished)
    return PlaceRecord(
        slug=story.slug,
        state={"story": state, "position_ms": 0, **_variant(tx, story_id, here)},
        percentage=float(row["completion_percentage"] or 0),
        is_completed=bool(row["is_completed"]),
        updated_at=_moment(row),
    )


def _endings(tx: Connection, story_id: UUID, here: PlaceRecord | None) -> set[UUID]:
    """Return the endings found, here and elsewhere."""
    found = select(AnalyticsEvent.node_id).where(
        AnalyticsEvent.story_id == story_id, AnalyticsEvent.event_type == "story_complete"
    )
    elsewhere = {node for node in tx.scalars(found.distinct()) if node is not None}
    kept = _story_of(here).get("endings") or () if here else ()
    return elsewhere | {UUID(ending) for ending in kept}


def _variant(tx: Connection, story_id: UUID, here: PlaceRecord | None) -> dict[str, Any]:
    """Return the language and mix that the story was heard in last."""
    last = (
        select(AnalyticsEvent.event_data)
        .where(AnalyticsEvent.story_id == story_id, AnalyticsEvent.event_type.in_(HEARD))
        .order_by(AnalyticsEvent.created_at.desc())
        .limit(1)
    )
    for source in (tx.scalar(last), here.state if here else None):
        if source and "language" in source and "mix" in source:
            return {"language": source["language"], "mix": source["mix"]}
    first = select(StoryTranslation.language_code).where(StoryTranslation.story_id == story_id)
    language = tx.scalar(first.order_by(StoryTranslation.created_at).limit(1))
    return {"language": language or "en", "mix": 0.0}


def _is_worth_it(loser: PlaceRecord, winner: PlaceRecord) -> bool:
    """Whether somebody may want to go to the losing place: another way, at another time."""
    lost = _story_of(loser)
    if lost.get("is_finished") or _node(loser) is None or _is_on_the_way(loser, winner):
        return False
    return abs(winner.updated_at - loser.updated_at) > AT_ONCE


def _is_on_the_way(place: PlaceRecord, other: PlaceRecord) -> bool:
    """Whether the listener came by a place on the way to the other."""
    return _node(place) in {visit[0] for visit in _story_of(other).get("trail") or ()}


def _keep(tx: Connection, other: OtherPlace) -> None:
    place = other.place
    values = {
        "slug": place.slug,
        "state": dict(place.state),
        "percentage": place.percentage,
        "is_completed": place.is_completed,
        "updated_at": to_text(place.updated_at),
    }
    kept = {"place": values, "is_here": other.is_here, "device": other.device}
    set_value(tx, f"{OFFER}{place.slug}", json.dumps(kept, ensure_ascii=False))


def _name_of(tx: Connection, device: str | None) -> str | None:
    """Return what the machine of a device calls itself."""
    named = select(ListeningSession.device).where(ListeningSession.hlc_device == device)
    return tx.scalar(named.order_by(ListeningSession.last_activity_at.desc()).limit(1))


def _node(place: PlaceRecord) -> str | None:
    trail = _story_of(place).get("trail")
    return str(trail[-1][0]) if trail else None


def _story_of(place: PlaceRecord) -> Mapping[str, Any]:
    story = place.state.get("story")
    return story if isinstance(story, Mapping) else {}


def _stamp(row: Progress) -> tuple[Any, Any]:
    return (row["hlc"], row["hlc_device"])


def _moment(row: Progress) -> datetime:
    moment: datetime = row["last_played_at"] or row["updated_at"] or row["created_at"]
    return moment
