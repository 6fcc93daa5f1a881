"""Tricks by which a listener might get round the rights in PostgreSQL."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import psycopg
import pytest

from db import granting

if TYPE_CHECKING:
    from tests.db.crowded_house import House

MAY_NOT = psycopg.errors.InsufficientPrivilege


def test_a_listener_cannot_copy_past_the_policies(
    house: House, asha: psycopg.Connection[Any]
) -> None:
    with pytest.raises(psycopg.errors.FeatureNotSupported, match="row-level security"):
        house.attempt(asha, "COPY analytics_events (user_id) FROM STDIN")


def test_a_function_that_tells_what_it_sees_sees_only_ones_own(
    house: House, asha: psycopg.Connection[Any]
) -> None:
    told: list[str | None] = []
    asha.add_notice_handler(lambda notice: told.append(notice.message_primary))
    house.attempt(
        asha,
        "CREATE FUNCTION pg_temp.spy(text) RETURNS boolean LANGUAGE plpgsql COST 0.0001 AS "
        "$$ BEGIN RAISE NOTICE '%%', $1; RETURN true; END $$;"
        "SELECT FROM bookmarks WHERE pg_temp.spy(notes)",
    )

    assert told == [f"note of {house.asha.session}"]


@pytest.mark.parametrize(
    "path", ["pg_temp, public", "public, pg_temp", "pg_temp, public, pg_catalog"]
)
def test_tables_and_functions_of_the_same_names_put_in_the_way_change_nothing(
    house: House, asha: psycopg.Connection[Any], path: str
) -> None:
    house.attempt(
        asha,
        "CREATE TEMP TABLE users AS SELECT %(other)s::uuid AS id, '{role}'::varchar AS db_role;"
        "CREATE TEMP TABLE sessions AS SELECT %(other_session)s AS id, %(me)s::uuid AS user_id;"
        "CREATE FUNCTION pg_temp.kahani_listener_id() RETURNS uuid LANGUAGE sql "
        f"AS $$ SELECT id FROM pg_temp.users $$; SET LOCAL search_path = {path}",
    )
    (me,) = asha.execute("SELECT public.kahani_listener_id()").fetchone() or ("",)

    assert me == house.asha.id
    for table in granting.PEOPLE:
        assert house.attempt(asha, f"SELECT FROM public.{table}") == 1


def test_nothing_that_people_wrote_is_sampled_for_plans(
    house: House, asha: psycopg.Connection[Any]
) -> None:
    with psycopg.connect(house.owner, autocommit=True) as owner:
        owner.execute(
            "INSERT INTO users (anonymous_id) SELECT 'reader' || i FROM generate_series(1, 300) i;"
            "INSERT INTO bookmarks (user_id, story_id, notes) "
            "SELECT u.id, s.id, 'the diary of ' || anonymous_id FROM users u, stories s "
            "WHERE anonymous_id LIKE 'reader%' AND s.slug = 'crow'; ANALYZE"
        )
    try:
        # Joined to very many rows, a plan tells the share of the notes before a text to the digit.
        guesses = {
            asha.execute(
                "EXPLAIN (FORMAT JSON) SELECT FROM bookmarks LEFT JOIN (generate_series(1, 1000) a "
                f"CROSS JOIN generate_series(1, 1000) b) ON notes < '{text}'"
            ).fetchone()[0][0]["Plan"]["Plan Rows"]  # type: ignore[index]
            for text in ("a", "the diary of reader1", "the diary of reader2", "z")
        }
    finally:
        with psycopg.connect(house.owner, autocommit=True) as owner:
            owner.execute("DELETE FROM users WHERE anonymous_id LIKE 'reader%'; ANALYZE")

    assert len(guesses) == 1


def test_making_partitions_cannot_be_led_astray_and_new_ones_are_guarded(
    house: House, asha: psycopg.Connection[Any]
) -> None:
    house.attempt(
        asha,
        "CREATE TEMP TABLE analytics_events (id uuid, created_at timestamptz);"
        "CREATE TEMP TABLE analytics_events_default (id uuid, created_at timestamptz);"
        "SET LOCAL search_path = pg_temp, public; SELECT public.ensure_event_partitions(4)",
    )
    parts = asha.execute(
        "SELECT inhrelid::regclass::text, relrowsecurity, relnamespace::regnamespace::text "
        "FROM pg_inherits JOIN pg_class ON oid = inhrelid "
        "WHERE inhparent = 'public.analytics_events'::regclass"
    ).fetchall()

    assert len(parts) == 7
    assert {part[1:] for part in parts} == {(True, "public")}
    newest = max(part[0] for part in parts if not part[0].endswith("default"))
    with pytest.raises(MAY_NOT):
        asha.execute(f"SELECT FROM {newest}")


def test_every_table_and_every_function_with_its_owners_rights_was_thought_of(house: House) -> None:
    with psycopg.connect(house.owner) as owner:
        tables = owner.execute(
            "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace "
            "AND relkind IN ('r', 'p') AND NOT relispartition"
        ).fetchall()
        unguarded = owner.execute(
            "SELECT relname FROM pg_class WHERE relname = ANY(%s) AND NOT relrowsecurity",
            [list(granting.TABLES)],
        ).fetchall()
        mighty = owner.execute(
            "SELECT oid::regprocedure::text, proconfig[1] LIKE 'search_path=public, pg_temp', "
            "has_function_privilege('public', oid, 'EXECUTE') FROM pg_proc WHERE prosecdef "
            "AND pronamespace = 'public'::regnamespace"
        ).fetchall()

    assert {name for (name,) in tables} == {
        granting.VERSION,
        *granting.TABLES,
        *granting.OTHERS,
    }
    assert unguarded == []
    signatures = {signature.replace(",", ", ") for signature, *_ in mighty}
    assert signatures == set(granting.FUNCTIONS)
    assert {tuple(rest) for _, *rest in mighty} == {(True, False)}
