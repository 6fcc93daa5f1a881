"""Damages a store on purpose, page by page."""

from __future__ import annotations

import random
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Final

from tests.faults.at_home import Home

PAGE: Final = 4096


def overwrite(path: Path, page: int, dice: random.Random) -> None:
    """Write noise over a page, the first being 1."""
    with path.open("r+b") as file:
        file.seek((page - 1) * PAGE)
        file.write(dice.randbytes(PAGE))


def pages_of(home: Home, *tables: str) -> list[int]:
    """Return the first page of each of these tables."""
    with closing(sqlite3.connect(home.store)) as store:
        query = "SELECT rootpage FROM sqlite_master WHERE name = ?"
        return [store.execute(query, [table]).fetchone()[0] for table in tables]
