"""One row of the transcript, and how the rows are to be set."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto


class Kind(Enum):
    """What a row holds."""

    GAP = auto()
    SPEAKER = auto()
    TEXT = auto()
    ROMAN = auto()
    TRANSLATION = auto()
    CHOSEN = auto()
    RECAP = auto()
    NOTE = auto()


OF_A_LINE = frozenset({Kind.TEXT, Kind.ROMAN, Kind.TRANSLATION})
"""Kinds of rows that belong to one line that is heard."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row of cells. `start` is where its text begins in the encoded line it belongs to.

    `beside` is what stands in the second column, None for a row that goes through both.
    """

    kind: Kind
    text: str = ""
    passage: int = -1
    line: int = -1
    start: int = 0
    voice: int = 0
    beside: str | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """What is shown of each line, in columns of so many cells.

    `beside` is the width of the translation's own column; 0 puts translations under their lines.
    """

    width: int = 60
    beside: int = 0
    is_translated: bool = False
    is_romanised: bool = False
