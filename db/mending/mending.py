"""Sets a damaged store aside, never deleting it, and goes on with a new one in its place."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Final, TypeAlias

from sqlalchemy.exc import DBAPIError

from db.engine import Identity, connect, identity
from db.errors import StoreDamagedError, StoreError, explain
from db.exclusive import alone
from db.mending.readable import readable_copy, remove
from db.mending.restoring import restore, told
from db.mending.salvage import Saved
from db.store import Store
from db.values import drop_value
from db.wholeness import index_of, log_of, look_at, mended_of

NEWS: Final = "mended"
"""The small value that holds what is to be told of a mending, until it was."""


Furnish: TypeAlias = Callable[[Store], object]


class Mender:
    """Mends the store at `path`; `furnish` brings into a new one what every store has.

    `tell` is told, from whichever thread, what was set aside and what was saved. Where nobody is
    told, the sentence waits in the store for `news`.
    """

    def __init__(
        self, path: Path, furnish: Furnish, tell: Callable[[str], None] | None = None
    ) -> None:
        self._path = path
        self._furnish = furnish
        self._tell = tell

    def open(self) -> Store:
        """Open the store, a damaged one after mending it. Raises StoreError."""
        seen = identity(self._path)
        try:
            return Store.open(self._path, self.mend)
        except StoreDamagedError as fault:
            self._mend(seen, fault)  # whoever opens it asks for the news
        return Store.open(self._path, self.mend)

    def mend(self, seen: Identity | None, fault: StoreDamagedError) -> None:
        """Put a new store in the place of the one that was `seen` when the fault was found.

        Does nothing where another program or thread did it by now. Raises `fault`, with what
        stands in the way, where there is no making a new one: then nothing was changed.
        """
        self._mend(seen, fault)
        if self._tell is not None:
            with _opened(self._path) as store:
                for sentence in news(store):
                    self._tell(sentence)

    def _mend(self, seen: Identity | None, fault: StoreDamagedError) -> None:
        try:
            with alone(self._path):
                _finish(self._path)
                if identity(self._path) != seen:
                    return
                _replace(self._path, self._furnish, fault)
        except (OSError, StoreError, sqlite3.Error, DBAPIError) as trouble:
            reason = _reason(trouble, self._path)
            raise StoreDamagedError(f"{fault} It is left as it is: {reason}") from trouble


def _reason(trouble: Exception, path: Path) -> str:
    if isinstance(trouble, DBAPIError | sqlite3.Error):
        return str(explain(getattr(trouble, "orig", None) or trouble, path))
    return str(trouble)


def news(store: Store) -> Iterator[str]:
    """Yield what is to be told of a mending, once."""
    sentence = store.get_meta(NEWS)
    if sentence is not None:
        with suppress(StoreError):
            store.write_later(lambda tx: drop_value(tx, NEWS)).result()
        yield sentence


def set_aside(path: Path) -> list[Path]:
    """Return the damaged stores that lie beside a store, the oldest first."""
    found = path.parent.glob(f"{path.name}.bad*")
    stores = (one for one in found if not one.name.endswith(("-wal", "-shm")))
    return sorted(stores, key=lambda one: (len(one.name), one.name))


def _replace(path: Path, furnish: Furnish, fault: StoreDamagedError) -> None:
    with _parts(path) as (part, copy), _locked(path) as is_locked:
        # What was heard refers to the stories that every store has: these come first.
        with _opened(part) as store:
            furnish(store)
        is_there = readable_copy(path, copy, part, is_locked=is_locked)
        saved = restore(copy if is_there else None, part)
        bad = _free_name(path)
        with _opened(part) as store:
            furnish(store)
            sentence = _sentence(bad, saved, fault)
            former = store.get_meta(NEWS)
            store.set_meta(NEWS, f"{former} {sentence}" if former else sentence).result()
        part.replace(mended_of(path))
        _put_aside(path, bad)
        mended_of(path).replace(path)


@contextmanager
def _opened(path: Path) -> Iterator[Store]:
    """Open a store for a moment; afterwards all of it is in its one file."""
    store = Store.open(path)
    try:
        yield store
    finally:
        store.close(timeout=60)


def _sentence(bad: Path, saved: Saved, fault: StoreDamagedError) -> str:
    return (
        f"{fault} It was set aside as {bad}, and a new store made. {told(saved)} "
        "With DATABASE_URL what was sent before comes back from there."
    )


@contextmanager
def _parts(path: Path) -> Iterator[tuple[Path, Path]]:
    """Name a new store and a copy to read from; of both nothing stays."""
    part = path.with_name(f"{path.name}.mending")
    copy = path.with_name(f"{path.name}.reading")
    remove(part, copy)
    try:
        yield part, copy
    finally:
        remove(part, copy)


@contextmanager
def _locked(path: Path) -> Iterator[bool]:
    """Keep others from writing into the damaged store meanwhile, where it can still be locked.

    Raises sqlite3.OperationalError where somebody is writing for long: what they are told of as
    written must not go with the store that is set aside.
    """
    try:
        look_at(path)
        connection = connect(path, is_new=False)
    except (sqlite3.Error, StoreDamagedError):
        yield False
        return
    with closing(connection):
        try:
            connection.execute("BEGIN IMMEDIATE")
        except sqlite3.DatabaseError as fault:
            if fault.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY:
                raise
            is_locked = False
        else:
            is_locked = True
        yield is_locked


def _free_name(path: Path) -> Path:
    bad = path.with_name(f"{path.name}.bad")
    number = 1
    while any(file.exists() for file in (bad, log_of(bad), index_of(bad))):
        number += 1
        bad = path.with_name(f"{path.name}.bad{number}")
    return bad


def _put_aside(path: Path, bad: Path) -> None:
    """Rename the store with what belongs to it; by its name nobody can open it any more."""
    for file, name in ((path, bad), (log_of(path), log_of(bad)), (index_of(path), index_of(bad))):
        with suppress(FileNotFoundError):
            os.rename(file, name)  # noqa: PTH104 - as Path.rename, which warns of nothing more


def _finish(path: Path) -> None:
    """Go on where a program was killed between setting a store aside and putting in the new one."""
    finished = mended_of(path)
    if not finished.exists():
        return
    if path.exists():  # the old one was not set aside yet: all of it is done again
        remove(finished)
        return
    for file in (log_of(path), index_of(path)):
        if file.exists():
            latest = set_aside(path)[-1]
            suffix = file.name.removeprefix(path.name)
            file.rename(latest.with_name(f"{latest.name}{suffix}"))
    finished.replace(path)
