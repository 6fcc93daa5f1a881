"""The address of PostgreSQL is read in every form, and no secret of it is ever shown."""

from __future__ import annotations

import traceback
from collections.abc import Callable

import pytest

from db.errors import RemoteAddressError, RemoteError, RemoteUnreachableError
from db.remote import Remote
from db.store import Store
from db.syncing.publish import publish_catalogue
from db.syncing.sync import Sync
from db.upgrade import upgrade_remote

CANARY = "c4n4ry"


@pytest.mark.parametrize(
    ("address", "label"),
    [
        ("postgresql://ravi:secret@db.example.org:6432/stories", "db.example.org/stories"),
        ("postgres://ravi@db.example.org/stories?sslmode=require", "db.example.org/stories"),
        ("postgresql+psycopg://db.example.org/stories", "db.example.org/stories"),
        ("postgresql://ravi:p%40ss@db.example.org/stories", "db.example.org/stories"),
        ("postgresql://ravi:p?a#ss@db.example.org/stories", "db.example.org/stories"),
        ("postgresql:///stories?host=/run/postgresql", "/run/postgresql/stories"),
        ("postgresql://one:5432,two:5433/stories", "one,two/stories"),
    ],
)
def test_an_address_is_shown_as_host_and_database(address: str, label: str) -> None:
    assert Remote(address).label == label
    assert repr(Remote(address)) == f"Remote({label})"


@pytest.mark.parametrize(
    "address",
    [
        f"postgresql://u:x@{CANARY}@127.0.0.1/d",
        f"postgresql://u:1/{CANARY}@127.0.0.1/d",
        f"postgresql://u:{CANARY}/x@127.0.0.1/d",
        f"postgresql://u:%zz{CANARY}@127.0.0.1/d",
        f"mysql://u:{CANARY}@127.0.0.1/d",
        f"{CANARY}",
        "",
    ],
)
def test_an_address_that_cannot_be_read_is_explained_and_not_repeated(address: str) -> None:
    with pytest.raises(RemoteAddressError, match="looks like postgresql://user:password") as caught:
        Remote(address)

    assert CANARY not in "".join(traceback.format_exception(caught.value))


@pytest.mark.parametrize("scheme", ["postgresql", "postgres"])
@pytest.mark.parametrize(
    "doing",
    [
        lambda address, _: Remote(address).connect(),
        lambda address, _: upgrade_remote(address),
        publish_catalogue,
    ],
)
def test_the_password_is_in_no_error(
    store: Store, scheme: str, doing: Callable[[str, Store], object]
) -> None:
    with pytest.raises(RemoteError) as caught:
        doing(f"{scheme}://u:{CANARY}@127.0.0.1:1/d", store)

    assert isinstance(caught.value, RemoteUnreachableError)
    assert "127.0.0.1/d cannot be reached" in str(caught.value)
    assert CANARY not in "".join(traceback.format_exception(caught.value))


def test_the_password_is_in_no_status(store: Store) -> None:
    store.listener()
    sync = Sync(store, f"postgres://u:{CANARY}@127.0.0.1:1/d", lambda _: None)

    assert CANARY not in repr(sync.push_once())


def test_a_fault_is_told_in_its_words_and_not_in_its_number() -> None:
    fault = OSError("failed to resolve host 'a.example': [Errno -3] Temporary failure")
    told = Remote("postgresql://u@a.example/d").scrub(fault)
    assert told == "failed to resolve host 'a.example': Temporary failure"
