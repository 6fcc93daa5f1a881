"""What the program itself does works for everybody who shares a PostgreSQL, and only that."""

from __future__ import annotations

import sqlite3
import uuid
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from psycopg import sql

from db.errors import RemoteError, RemoteSchemaError
from db.outbox import counts
from db.published.catalogue import RemoteCatalogue, Wanted
from db.remote import Remote
from db.revisions import HEAD, REVISIONS
from db.rights.invite import invite
from db.rights.roles import make_roles
from db.store import Store
from db.syncing.publish import publish_catalogue
from db.syncing.sync import Sync, SyncState
from db.upgrade import run_alembic, upgrade_remote

if TYPE_CHECKING:
    from tests.db.making import Maker

MAY_NOT = psycopg.errors.InsufficientPrivilege
Select = Callable[..., list[Any]]
LogIn = Callable[[str], str]


@pytest.fixture
def owner(postgres_url: str) -> str:
    """The address of a PostgreSQL with roles, as its owner."""
    make_roles(postgres_url)
    return postgres_url


@pytest.fixture
def name(owner: str) -> Iterator[str]:
    """The name of a listener who may be invited: roles belong to the whole server."""
    made = f"asha_{uuid.uuid4().hex[:8]}"
    yield made
    with psycopg.connect(owner, autocommit=True) as connection:
        connection.execute(sql.SQL("DROP ROLE IF EXISTS {}").format(sql.Identifier(made)))


@pytest.fixture
def member(owner: str) -> Iterator[LogIn]:
    """Make a login that is a member of a group; return its address."""
    made = []

    def make(group: str) -> str:
        made.append(f"member_{uuid.uuid4().hex[:8]}")
        statement = sql.SQL("CREATE ROLE {} LOGIN PASSWORD 'x' IN ROLE {}")
        with psycopg.connect(owner, autocommit=True) as connection:
            connection.execute(statement.format(sql.Identifier(made[-1]), sql.Identifier(group)))
        return owner.replace("postgres@", f"{made[-1]}:x@")

    yield make
    with psycopg.connect(owner, autocommit=True) as connection:
        for role in made:
            connection.execute(sql.SQL("DROP OWNED BY {}").format(sql.Identifier(role)))
            connection.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(role)))


@pytest.fixture
def invited(store: Store, make: Maker, owner: str, name: str) -> str:
    """The address of a listener who was here before, and whose story is published."""
    store.import_story(make.story())
    publish_catalogue(owner, store)
    address = invite(owner, name).address
    exchange(store, address)  # from now on the store knows whose it is
    make.user_id = store.listener().id
    return address


def exchange(store: Store, address: str) -> Sync:
    sync = Sync(store, address, lambda _: None)
    status = sync.sync_once().status
    assert (status.state, store.read(counts).rejected) == (SyncState.IDLE, 0), status.message
    sync.close()
    return sync


def test_all_that_a_listener_does_arrives_and_comes_to_their_other_machine(
    store: Store, make: Maker, invited: str, remote: Select, new_store: Callable[[str], Store]
) -> None:
    story, other = make.story(), new_store("other")
    store.append(make.everything()).result()

    exchange(store, invited)
    other.import_story(story)
    exchange(other, invited)

    ((user,),) = remote("SELECT id FROM users")
    assert user == store.listener().id == other.listener().id
    tables = "sessions user_preferences learner_model_state user_progress bookmarks"
    for table in (*tables.split(), "analytics_events", "behavioral_events", "like_engagement"):
        assert remote(f"SELECT count(*) FROM {table}") == [(1,)], table
    assert other.progress(story.id) == store.progress(story.id)
    assert other.progress(story.id) is not None


def test_a_backlog_of_thousands_is_sent_by_a_listener_too(
    store: Store, make: Maker, invited: str, remote: Select
) -> None:
    store.append([make.session(), *(make.chosen() for _ in range(1500))]).result()

    exchange(store, invited)

    assert remote("SELECT count(*) FROM analytics_events") == [(1500,)]


def test_a_row_that_is_somebody_elses_is_set_aside_and_the_others_are_sent(
    store: Store, make: Maker, invited: str, remote: Select
) -> None:
    remote("INSERT INTO users (anonymous_id) VALUES ('ravi')")
    ((ravi,),) = remote("SELECT id FROM users WHERE anonymous_id = 'ravi'")
    theirs = make.chosen()
    store.append([make.session(), make.chosen(), theirs, make.played()]).result()
    with closing(sqlite3.connect(store.path)) as connection:
        payload = "json_set(payload, '$.user_id', ?)"
        connection.execute(
            f"UPDATE outbox SET payload = {payload} WHERE key LIKE ?", [str(ravi), f"{theirs.id}%"]
        )
        connection.commit()
    sync = Sync(store, invited, lambda _: None)

    status = sync.sync_once().status

    assert (status.state, status.pending, status.rejected) == (SyncState.IDLE, 0, 1)
    assert remote("SELECT count(*) FROM analytics_events WHERE user_id = %s", ravi) == [(0,)]
    assert remote("SELECT count(*) FROM analytics_events") == [(1,)]
    sync.close()


def test_a_listener_reads_the_catalogue_page_by_page(
    store: Store, make: Maker, owner: str, name: str
) -> None:
    for slug in ("crow", "fox"):
        store.import_story(make.story(slug))
    publish_catalogue(owner, store)
    catalogue = RemoteCatalogue(invite(owner, name).address)

    assert [entry.slug for entry in catalogue.page(Wanted()).entries] == ["crow", "fox"]
    catalogue.close()


def test_an_author_publishes_and_takes_no_edition_that_somebody_heard(
    store: Store, make: Maker, member: LogIn, remote: Select, invited: str
) -> None:
    author = member("kahani_author")
    store.append([make.session(), make.played()]).result()
    exchange(store, invited)
    store.import_story(make.story("fox"))
    assert publish_catalogue(author, store, ["fox"]) == [("fox", "created")]

    store.import_story(make.story(contents=(make.edition("crow", "ta"),), content_hash="two"))
    assert publish_catalogue(author, store, ["crow"]) == [("crow", "updated")]

    editions = "SELECT id FROM content WHERE id LIKE 'crow%' ORDER BY id"
    assert remote(editions) == [("crow:hi",), ("crow:ta",)]
    assert remote("SELECT count(*) FROM behavioral_events") == [(1,)]


def test_an_author_reads_no_rows_of_people(member: LogIn) -> None:
    with psycopg.connect(member("kahani_author"), autocommit=True) as connection:
        for question in (
            "SELECT FROM users",
            "SELECT FROM bookmarks",
            "SELECT FROM analytics_events",
            "SELECT session_id FROM behavioral_events",
        ):
            with pytest.raises(MAY_NOT):
                connection.execute(question)


def test_an_analyst_counts_everybody_and_reads_nobodys_words(member: LogIn, remote: Select) -> None:
    remote("INSERT INTO users (anonymous_id, preferences) VALUES ('ravi', '{\"name\": \"Ravi\"}')")
    remote("INSERT INTO analytics_events (event_type) VALUES ('page_view')")
    with psycopg.connect(member("kahani_analyst"), autocommit=True) as connection:
        for table in ("users", "analytics_events"):
            assert connection.execute(f"SELECT count(*) FROM {table}").fetchone() == (1,)
        for question in (
            "SELECT preferences FROM users",
            "SELECT db_role FROM users",
            "SELECT notes FROM bookmarks",
            "SELECT marks FROM bookmarks",
            "SELECT device FROM sessions",
            "SELECT ip_address FROM analytics_events",
            "SELECT * FROM users",
            "UPDATE stories SET slug = 'x'",
            "DELETE FROM analytics_events",
            "SELECT FROM analytics_events_default",
        ):
            with pytest.raises(MAY_NOT):
                connection.execute(question)


def test_an_owner_brings_the_schema_up_to_date_and_all_belongs_to_the_owners(
    owner: str, member: LogIn, remote: Select
) -> None:
    meena = member("kahani_owner")
    with Remote(owner).engine().begin() as connection:
        run_alembic(connection, lambda all_, config: all_.downgrade(config, REVISIONS[-2]))

    done = upgrade_remote(meena)

    assert (done.before, done.after) == (REVISIONS[-2], HEAD)
    owners = (
        "SELECT DISTINCT pg_get_userbyid(relowner) FROM pg_class "
        "WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')"
    )
    assert remote(owners) == [("kahani_owner",)]
    assert remote(
        "SELECT has_table_privilege('kahani_listener', 'catalogue_search', 'SELECT')"
    ) == [(True,)]


@pytest.mark.parametrize("group", ["kahani_listener", "kahani_author"])
def test_nobody_else_brings_the_schema_up_to_date(owner: str, member: LogIn, group: str) -> None:
    with Remote(owner).engine().begin() as connection:
        run_alembic(connection, lambda all_, config: all_.downgrade(config, REVISIONS[-2]))

    with pytest.raises(RemoteSchemaError, match="belong to the role kahani_owner"):
        upgrade_remote(member(group))


def test_who_may_not_create_roles_is_told_what_to_do(member: LogIn, owner: str) -> None:
    stranger = member("kahani_listener")

    with pytest.raises(RemoteError, match=r"Log in as who owns the database and made the roles"):
        make_roles(stranger)
    with pytest.raises(RemoteError, match=r"Log in as who ran kahani db roles"):
        invite(stranger, "somebody")


def test_making_the_roles_again_changes_nothing(owner: str, remote: Select) -> None:
    rights = "SELECT relname, relacl::text FROM pg_class WHERE relacl IS NOT NULL ORDER BY 1"
    before = remote(rights)

    lines = make_roles(owner)

    assert remote(rights) == before
    assert "kahani_listener was there" in "\n".join(lines)


def test_an_ordinary_owner_of_a_database_makes_roles_and_invites(
    empty_postgres_url: str, name: str
) -> None:
    role, database = (
        f"admin_{uuid.uuid4().hex[:8]}",
        Remote(empty_postgres_url).parameters()["dbname"],
    )
    with psycopg.connect(empty_postgres_url, autocommit=True) as connection:
        connection.execute(f"CREATE ROLE {role} LOGIN CREATEROLE PASSWORD 'x'")
        connection.execute(f"ALTER DATABASE {database} OWNER TO {role}")
        for group in ("kahani_owner", "kahani_author", "kahani_listener", "kahani_analyst"):
            connection.execute(f"GRANT {group} TO {role} WITH ADMIN OPTION")
    address = empty_postgres_url.replace("postgres@", f"{role}:x@")
    upgrade_remote(address)

    make_roles(address)

    assert Remote(invite(address, name).address).label == Remote(address).label
