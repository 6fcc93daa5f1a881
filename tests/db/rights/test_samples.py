"""What people wrote is in no samples that PostgreSQL keeps for its plans, of before or of later."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import psycopg
import pytest

from db.granting import HIDDEN, grant
from db.growth.partitions import make_partitions
from db.remote import Remote
from db.rights.roles import make_roles
from db.store import Store
from db.syncing.publish import publish_catalogue
from db.upgrade import upgrade_remote

if TYPE_CHECKING:
    from tests.db.making import Maker

FILL = """
INSERT INTO users (anonymous_id, preferences, metadata)
SELECT 'reader ' || n, json_build_object('is', n), json_build_object('has', n)
FROM generate_series(1, 300) n;
INSERT INTO sessions (id, user_id, device) SELECT anonymous_id, id, 'machine of ' || anonymous_id
FROM users WHERE anonymous_id LIKE 'reader %%';
INSERT INTO bookmarks (user_id, story_id, notes, marks)
SELECT u.id, s.id, 'diary of ' || anonymous_id, json_build_object('at', anonymous_id)
FROM users u, stories s WHERE anonymous_id LIKE 'reader %%';
INSERT INTO behavioral_events (id, content_id, event_type, playback_position, session_id,
    content_characteristics, device_info)
SELECT s.id, c.id, 'play', 0, s.id, '{{}}', json_build_object('is', s.id)
FROM sessions s, content c WHERE s.id LIKE 'reader %%';
INSERT INTO generation_status (generation_id, session_id, status, webhook_url)
SELECT id, id, 'completed', 'https://' || id FROM sessions;
"""
EVENTS = """
INSERT INTO analytics_events (user_id, event_type, ip_address, user_agent, created_at)
SELECT id, 'page_view', '10.0.0.1'::inet + (row_number() OVER ())::int, 'of ' || anonymous_id,
    now() + make_interval(months => months)
FROM users, unnest(%s::int[]) months WHERE anonymous_id LIKE 'reader %%'
"""
SAMPLED = (
    "SELECT DISTINCT regexp_replace(tablename, '_(default|[0-9_]+)$', ''), attname FROM pg_stats"
)
KEPT = {("users", "db_role")}
"""A name that everybody reads in pg_roles; before PostgreSQL 18 its samples stay."""


@pytest.fixture
def owner(store: Store, make: Maker, postgres_url: str) -> Iterator[psycopg.Connection[Any]]:
    """The owner of tables that were used for a while before anybody made roles."""
    store.import_story(make.story())
    publish_catalogue(postgres_url, store)
    with Remote(postgres_url).connect(autocommit=True) as opened:
        opened.execute(FILL.replace("%%", "%").replace("{{}}", "{}").encode())
        opened.execute(EVENTS, [[-9, -1, 0, 1]])
        opened.execute("ANALYZE")
        yield opened


def sampled(owner: psycopg.Connection[Any]) -> set[tuple[str, str]]:
    """What is sampled of what is hidden from analysts."""
    hidden = {(table, column) for table, columns in HIDDEN.items() for column in columns}
    return set(owner.execute(SAMPLED).fetchall()) & hidden


def test_what_was_sampled_before_there_were_roles_is_forgotten(
    owner: psycopg.Connection[Any], postgres_url: str
) -> None:
    hidden = {(table, column) for table, columns in HIDDEN.items() for column in columns}
    assert hidden - sampled(owner) <= {
        ("analytics_events", "ip_address"),
        ("analytics_events", "user_agent"),
    }
    rights = "SELECT relname, relacl::text FROM pg_class WHERE relacl IS NOT NULL ORDER BY 1"

    make_roles(postgres_url)

    assert sampled(owner) <= KEPT
    assert ("bookmarks", "created_at") in set(owner.execute(SAMPLED).fetchall())
    before = owner.execute(rights).fetchall()
    owner.execute("ANALYZE")
    make_roles(postgres_url)
    upgrade_remote(postgres_url)
    assert sampled(owner) <= KEPT
    assert owner.execute(rights).fetchall() == before


def test_months_that_are_made_later_are_not_sampled_either(
    owner: psycopg.Connection[Any], postgres_url: str
) -> None:
    make_roles(postgres_url)

    assert make_partitions(owner, 4).late
    owner.execute(EVENTS, [[-9, 3, 4]])
    owner.execute("ANALYZE")

    assert sampled(owner) <= KEPT


@pytest.mark.parametrize("column", ["ip_address", "user_agent"])
def test_a_member_of_the_owners_forgets_samples_too(
    owner: psycopg.Connection[Any], postgres_url: str, column: str
) -> None:
    make_roles(postgres_url)
    owner.execute(f"ALTER TABLE analytics_events ALTER {column} SET STATISTICS 100".encode())
    owner.execute("ANALYZE")
    assert sampled(owner) - KEPT == {("analytics_events", column)}
    owner.execute("SET ROLE kahani_owner")

    with owner.transaction():
        grant(owner)

    owner.execute("RESET ROLE")
    assert sampled(owner) <= KEPT
