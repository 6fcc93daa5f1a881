"""An SQLite that is too old is named, with what to do, before anything is opened."""

from __future__ import annotations

from db.engine import LEAST_SQLITE, too_old


def test_the_sqlite_of_this_python_will_do() -> None:
    assert too_old() == ""
    assert too_old(LEAST_SQLITE) == ""


def test_one_that_is_too_old_is_named() -> None:
    assert too_old((3, 37, 2)).startswith(
        "SQLite 3.38.0 or later is needed, and this Python has 3.37.2."
    )
