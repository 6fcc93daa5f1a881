"""How two versions of one row become one: per table, the same on both engines.

Every rule gives the same row in whatever order versions come, and however often. So machines that
heard of the same changes agree, and sending or pulling twice is harmless.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

Engine: TypeAlias = Literal["sqlite", "postgresql"]

FIELDS: Final = (
    "difficulty_preference",
    "preferred_formats",
    "preferred_genres",
    "playback_speed",
    "auto_play",
)
"""The preferences that are merged one by one."""

_DEFAULT: Final = "newest"


@dataclass(frozen=True, slots=True)
class Rule:
    """What identifies a row, and what happens when it is there already.

    The newer version decides: by its stamp where `is_stamped`, else by the time `moment`. A row
    without either is an event and never changes. `kept` columns stay as they were first written;
    of `least` and `most` ones the least and the greatest value stays, `sticky` ones stay true,
    `by_field` ones each go by a stamp of their own.
    """

    key: tuple[str, ...]
    moment: str | None = None
    is_stamped: bool = False
    kept: tuple[str, ...] = ()
    least: tuple[str, ...] = ()
    most: tuple[str, ...] = ()
    sticky: tuple[str, ...] = ()
    by_field: tuple[str, ...] = ()

    @property
    def is_event(self) -> bool:
        """Whether a row never changes."""
        return not self.is_stamped and self.moment is None


RULES: Final[dict[str, Rule]] = {
    # In the order of their foreign keys: a row is sent after those that it refers to.
    "users": Rule(("id",), moment="last_active", kept=("anonymous_id", "created_at", "db_role")),
    "sessions": Rule(
        ("id",), moment="last_activity_at", is_stamped=True, least=("started_at", "created_at")
    ),
    "user_preferences": Rule(
        ("id",),
        moment="last_updated",
        is_stamped=True,
        least=("created_at",),
        by_field=FIELDS,
    ),
    "learner_model_state": Rule(("session_id",), moment="last_updated", least=("created_at",)),
    "user_progress": Rule(
        ("user_id", "story_id"),
        moment="last_played_at",
        is_stamped=True,
        least=("id", "created_at"),
        # Counted from events (db.asking.counting). What a machine tells is what it has counted of
        # its own, so never more than all: the greatest is the nearest, and stays when old events
        # go.
        most=("play_count", "total_time_sec"),
        sticky=("is_completed",),
    ),
    "bookmarks": Rule(
        ("user_id", "story_id"),
        moment="updated_at",
        is_stamped=True,
        least=("id", "created_at"),
    ),
    "analytics_events": Rule(("id", "created_at")),
    "behavioral_events": Rule(("id",)),
    "like_engagement": Rule(
        ("content_id", "session_id"),
        moment="updated_at",
        is_stamped=True,
        least=("created_at",),
        # The last like and the last taking back, whichever version tells of it.
        most=("liked_at", "unliked_at"),
    ),
}


def changes(
    table: str,
    columns: Sequence[str],
    *,
    newest_wins: bool = True,
    engine: Engine = "sqlite",
) -> dict[str, str]:
    """Return, by column, what ON CONFLICT DO UPDATE sets; nothing for an event.

    With `newest_wins` the newer stamp decides, so rows may come in any order and more than once;
    without it the row that comes is taken for the newer one, as it just happened here.
    """
    rule = RULES[table]
    if rule.is_event:
        return {}
    newer = _newer(table, rule) if newest_wins else "TRUE"
    result = {}
    for name in columns:
        if name in rule.key or name in rule.kept:
            continue
        comes, stays = f"excluded.{name}", f"{table}.{name}"
        if name in rule.sticky:
            result[name] = f"{comes} OR {stays}"
        elif name in rule.least or name in rule.most:
            result[name] = _extreme(comes, stays, "<" if name in rule.least else ">")
        elif name in rule.by_field:
            condition = _newer_field(table, name) if newest_wins else "TRUE"
            result[name] = _chosen(condition, comes, stays)
        elif name == "field_stamps":
            result[name] = _merged_stamps(table, rule, engine) if newest_wins else comes
        else:
            result[name] = _chosen(newer, comes, stays)
    return result


def _chosen(condition: str, comes: str, stays: str) -> str:
    return comes if condition == "TRUE" else f"CASE WHEN {condition} THEN {comes} ELSE {stays} END"


def _newer(table: str, rule: Rule) -> str:
    """Return the condition that the row that comes is the newer one, or the same."""
    if rule.is_stamped:
        return _not_older(
            f"{table}.hlc", f"{table}.hlc_device", "excluded.hlc", "excluded.hlc_device"
        )
    return f"{table}.{rule.moment} IS NULL OR excluded.{rule.moment} >= {table}.{rule.moment}"


def _newer_field(table: str, name: str) -> str:
    stays, comes = _stamp_of_field(table, name), _stamp_of_field("excluded", name)
    return _not_older(*stays, *comes)


def _not_older(stays: str, stays_device: str, comes: str, comes_device: str) -> str:
    return (
        f"(COALESCE({comes}, 0), COALESCE({comes_device}, '')) "
        f">= (COALESCE({stays}, 0), COALESCE({stays_device}, ''))"
    )


def _stamp_of_field(row: str, name: str) -> tuple[str, str]:
    """Return the stamp of a field and its device; a row of old has one stamp for all."""
    stamp = f"{row}.field_stamps -> '{name}'"
    return (
        f"COALESCE(CAST({stamp} ->> 0 AS BIGINT), {row}.hlc)",
        f"COALESCE({stamp} ->> 1, {row}.hlc_device)",
    )


def _merged_stamps(table: str, rule: Rule, engine: Engine) -> str:
    # The one function here that the engines call differently.
    pair = "json_array" if engine == "sqlite" else "jsonb_build_array"
    whole = "json_object" if engine == "sqlite" else "jsonb_build_object"
    parts = []
    for name in rule.by_field:
        comes, stays = _stamp_of_field("excluded", name), _stamp_of_field(table, name)
        condition = _newer_field(table, name)
        stamp = (
            f"CASE WHEN {condition} THEN COALESCE({comes[0]}, 0) ELSE COALESCE({stays[0]}, 0) END"
        )
        device = (
            f"CASE WHEN {condition} THEN COALESCE({comes[1]}, '') ELSE COALESCE({stays[1]}, '') END"
        )
        parts.append(f"'{name}', {pair}({stamp}, {device})")
    return f"{whole}({', '.join(parts)})"


def _extreme(comes: str, stays: str, sign: str) -> str:
    return f"CASE WHEN {stays} IS NULL OR {comes} {sign} {stays} THEN {comes} ELSE {stays} END"
