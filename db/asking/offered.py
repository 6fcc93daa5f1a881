"""Placements: stories that are not looked for in the library, but offered once for a language."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Connection

_PLACEMENTS: Final = """
SELECT slug FROM stories WHERE slug GLOB 'placement-*' AND is_active IS NOT FALSE ORDER BY slug
"""

# The events of the listener's other machines stand there too.
_MET: Final = """
SELECT EXISTS (SELECT 1 FROM places WHERE slug = :slug) OR EXISTS (
    SELECT 1 FROM analytics_events
    WHERE event_type = 'page_view' AND json_extract(event_data, '$.screen') = :screen
    OR event_type = 'story_start' AND story_id = (SELECT id FROM stories WHERE slug = :slug)
)
"""


def placements(connection: Connection) -> tuple[str, ...]:
    """Return the slugs of all placements."""
    return tuple(row[0] for row in connection.exec_driver_sql(_PLACEMENTS))


def was_met(connection: Connection, slug: str, screen: str) -> bool:
    """Return whether a placement was played, or its offer, a view of `screen`, was answered."""
    found = connection.exec_driver_sql(_MET, {"slug": slug, "screen": screen})
    return bool(found.scalar_one())
