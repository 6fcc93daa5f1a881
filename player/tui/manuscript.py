"""The transcript as rows: passages, who speaks, what was chosen, wrapped once for a width."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import Enum, auto

from player.story.passages import Passage
from player.tui.script import show
from player.tui.wrapping import wrap


class Kind(Enum):
    """What a row holds."""

    GAP = auto()
    SPEAKER = auto()
    TEXT = auto()
    TRANSLATION = auto()
    CHOSEN = auto()
    RECAP = auto()
    NOTE = auto()


@dataclass(frozen=True, slots=True)
class Row:
    """One row of cells. `start` is where its text begins in the encoded line it belongs to."""

    kind: Kind
    text: str = ""
    passage: int = -1
    line: int = -1
    start: int = 0
    voice: int = 0


@dataclass(slots=True)
class _Entry:
    passage: Passage
    recap: tuple[str, ...] = ()
    chosen: str = ""
    revealed: set[int] = field(default_factory=set)
    laid_out: tuple[Row, ...] | None = None


class Manuscript:
    """Owns what was heard on the way here. The last passage is the one being heard."""

    def __init__(self) -> None:
        self._entries: list[_Entry] = []
        self._voices: dict[str, int] = {}
        self._width = 60
        self._recap: tuple[str, ...] = ()
        self._rows: tuple[Row, ...] | None = None

    def __len__(self) -> int:
        return len(self._entries)

    @property
    def current(self) -> Passage | None:
        """The passage being heard."""
        return self._entries[-1].passage if self._entries else None

    @property
    def rows(self) -> tuple[Row, ...]:
        """Every row, wrapped."""
        if self._rows is None:
            self._rows = tuple(row for n in range(len(self._entries)) for row in self._block(n))
        return self._rows

    def voice(self, passage: Passage) -> int:
        """Return the number of the passage's speaker, from 1, in the order of appearance."""
        return self._voices.setdefault(passage.character or passage.speaker, len(self._voices) + 1)

    def begin(self, passages: Iterable[Passage], recap: tuple[str, ...]) -> None:
        """Begin a story with the way here; `recap` is shown before the next passage."""
        self._voices.clear()
        self._entries = [_Entry(passage) for passage in passages]
        self._recap = recap
        self._rows = None

    def enter(self, passage: Passage, depth: int) -> None:
        """Make `passage` number `depth`, from 1; later ones are gone."""
        del self._entries[depth - 1 :]
        self._entries.append(_Entry(passage, recap=self._recap))
        self._recap = ()
        self._rows = None

    def choose(self, words: str) -> None:
        """Note what was chosen at the present passage."""
        if self._entries:
            self._change(self._entries[-1]).chosen = words

    def wrap_to(self, width: int) -> None:
        """Lay everything out for text rows of `width` cells."""
        if width != self._width:
            self._width = width
            self._rows = None
            for entry in self._entries:
                entry.laid_out = None

    def toggle_translation(self, line: int) -> bool | None:
        """Show or hide a line's translation; return whether it is shown, None without one."""
        if not self._entries or not self._entries[-1].passage.translation:
            return None
        entry = self._change(self._entries[-1])
        entry.revealed ^= {line}
        return line in entry.revealed

    def rows_of(self, line: int) -> range:
        """Return which rows hold a line of the passage being heard."""
        last = len(self._entries) - 1
        found = [
            number
            for number, row in enumerate(self.rows)
            if row.passage == last and row.line == line and row.kind is Kind.TEXT
        ]
        return range(found[0], found[-1] + 1) if found else range(0)

    def excerpt(self, line: int) -> tuple[Row, ...]:
        """Return who speaks and one line alone, for those who want no more on the screen."""
        last = len(self._entries) - 1
        kinds = (Kind.TEXT, Kind.TRANSLATION)
        rows = tuple(
            row
            for row in self.rows
            if row.passage == last and row.line == line and row.kind in kinds
        )
        return (*self._speaker(last), Row(Kind.GAP), *rows) if rows else ()

    def _change(self, entry: _Entry) -> _Entry:
        entry.laid_out = None
        self._rows = None
        return entry

    def _block(self, number: int) -> tuple[Row, ...]:
        entry = self._entries[number]
        if entry.laid_out is None:
            entry.laid_out = tuple(self._lay_out(number, entry))
        return entry.laid_out

    def _lay_out(self, number: int, entry: _Entry) -> Iterable[Row]:
        passage = entry.passage
        if number:
            yield Row(Kind.GAP, passage=number)
        if entry.recap:
            words = "; then ".join(f'"{choice}"' for choice in entry.recap)
            yield from self._wrapped(Kind.RECAP, f"Previously: you chose {words}.", number)
            yield Row(Kind.GAP, passage=number)
        before = self._entries[number - 1].passage if number else None
        if before is None or entry.recap or before.speaker != passage.speaker:
            yield from self._speaker(number)
        if passage.is_stand_in:
            yield from self._wrapped(Kind.NOTE, f"(in {passage.language}: no other text)", number)
        for index, line in enumerate(passage.lines):
            yield from self._wrapped(Kind.TEXT, line.text, number, index)
            if index in entry.revealed:
                words = _translation(passage, index)
                yield from self._wrapped(Kind.TRANSLATION, words, number, index)
        if entry.chosen:
            yield Row(Kind.GAP, passage=number)
            yield from self._wrapped(Kind.CHOSEN, entry.chosen, number)

    def _speaker(self, number: int) -> tuple[Row, ...]:
        passage = self._entries[number].passage
        if not passage.speaker:
            return ()
        return (
            Row(Kind.SPEAKER, show(passage.speaker), passage=number, voice=self.voice(passage)),
        )

    def _wrapped(self, kind: Kind, text: str, number: int, line: int = -1) -> Iterable[Row]:
        encoded = show(text)
        for start, end in wrap(encoded, self._width):
            yield Row(kind, encoded[start:end], passage=number, line=line, start=start)


def _translation(passage: Passage, line: int) -> str:
    if len(passage.translation) == len(passage.lines):
        return passage.translation[line]
    return " ".join(passage.translation)
