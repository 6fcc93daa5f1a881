"""How two versions of one row become one: per table, the same on both engines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Rule:
    """What identifies a row, and what happens when it is there already.

    `stamp` is the column that tells which version is newer; a row without one is an event and
    never changes. `kept` columns stay as they were first written, `filled` ones are not emptied
    again, `sticky` ones stay true.
    """

    key: tuple[str, ...]
    stamp: str | None = None
    kept: tuple[str, ...] = ()
    filled: tuple[str, ...] = ()
    sticky: tuple[str, ...] = ()


RULES: Final[dict[str, Rule]] = {
    # In the order of their foreign keys: a row is sent after those that it refers to.
    "users": Rule(("id",), stamp="last_active", kept=("created_at", "db_role")),
    "sessions": Rule(("id",), stamp="last_activity_at", kept=("started_at", "created_at")),
    "user_preferences": Rule(("id",), stamp="last_updated", kept=("created_at",)),
    "learner_model_state": Rule(("session_id",), stamp="last_updated", kept=("created_at",)),
    "user_progress": Rule(
        ("user_id", "story_id"),
        stamp="last_played_at",
        kept=("id", "created_at"),
        sticky=("is_completed",),
    ),
    "bookmarks": Rule(("user_id", "story_id"), stamp="updated_at", kept=("id", "created_at")),
    "analytics_events": Rule(("id", "created_at")),
    "behavioral_events": Rule(("id",)),
    "like_engagement": Rule(
        ("content_id", "session_id"),
        stamp="updated_at",
        kept=("created_at",),
        filled=("liked_at", "unliked_at"),
    ),
}


def changes(table: str, columns: Sequence[str], *, newest_wins: bool) -> dict[str, str]:
    """Return, by column, what ON CONFLICT DO UPDATE sets; nothing for an event.

    With `newest_wins` the newer stamp decides, so rows may come in any order and more than once;
    without it the row that comes is taken for the newer one.
    """
    rule = RULES[table]
    if rule.stamp is None:
        return {}
    newer = f"{table}.{rule.stamp} IS NULL OR excluded.{rule.stamp} >= {table}.{rule.stamp}"
    result = {}
    for name in columns:
        if name in (*rule.key, *rule.kept):
            continue
        comes = f"excluded.{name}"
        if name in rule.sticky:
            result[name] = f"{comes} OR {table}.{name}"
            continue
        if name in rule.filled:
            comes = f"COALESCE({comes}, {table}.{name})"
        result[name] = (
            f"CASE WHEN {newer} THEN {comes} ELSE {table}.{name} END" if newest_wins else comes
        )
    return result
