"""The versions of the schema, oldest first: known without loading Alembic."""

from __future__ import annotations

from typing import Final

REVISIONS: Final = (
    "0001",
    "0002",
    "0003",
    "0004",
    "0005",
    "0006",
    "0007",
    "0008",
    "0009",
    "0010",
)
HEAD: Final = REVISIONS[-1]


def is_newer(revision: str) -> bool:
    """Whether a schema was made by a later version of the program than this one."""
    return revision not in REVISIONS
