"""The transcript as rows: passages, who speaks, what was chosen, wrapped once for a width."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from player.story.passages import Passage
from player.tui.rows import OF_A_LINE, Kind, Reading, Row
from player.tui.script import show
from player.tui.typesetting import RULE_WIDTH, is_indic, set_lines, wrapped

NARRATOR = "Narrator"
"""Who speaks where nobody is named after somebody was."""


@dataclass(slots=True)
class _Entry:
    passage: Passage
    notes: tuple[str, ...] = ()
    recap: tuple[str, ...] = ()
    chosen: str = ""
    veil: str = ""
    revealed: set[int] = field(default_factory=set)
    laid_out: tuple[Row, ...] | None = None


class Manuscript:
    """Owns what was heard on the way here. The last passage is the one being heard."""

    def __init__(self) -> None:
        self._entries: list[_Entry] = []
        self._voices: dict[str, int] = {}
        self._reading = Reading()
        self._recap: tuple[str, ...] = ()
        self._rows: tuple[Row, ...] | None = None
        self._spans: dict[int, range] = {}

    def __len__(self) -> int:
        return len(self._entries)

    @property
    def current(self) -> Passage | None:
        """The passage being heard."""
        return self._entries[-1].passage if self._entries else None

    @property
    def passages(self) -> tuple[Passage, ...]:
        """Every passage on the way here."""
        return tuple(entry.passage for entry in self._entries)

    @property
    def is_veiled(self) -> bool:
        """Whether the words of the passage being heard are not to be seen yet."""
        return bool(self._entries and self._entries[-1].veil)

    @property
    def can_translate(self) -> bool:
        """Whether the passage being heard has a translation."""
        return bool(self._entries and self._entries[-1].passage.translation)

    @property
    def can_romanise(self) -> bool:
        """Whether any line of the passage being heard is in an Indian script."""
        return bool(self._entries) and is_indic(self._entries[-1].passage.text)

    @property
    def rows(self) -> tuple[Row, ...]:
        """Every row, wrapped."""
        if self._rows is None:
            self._rows = tuple(row for n in range(len(self._entries)) for row in self._block(n))
            self._spans = _spans(self._rows, len(self._entries) - 1)
        return self._rows

    def voice(self, passage: Passage) -> int:
        """Return the number of the passage's speaker, from 1."""
        return self._voices.setdefault(passage.character or passage.speaker, len(self._voices) + 1)

    def begin(
        self,
        passages: Iterable[Passage],
        recap: tuple[str, ...],
        voices: Mapping[str, int] | None = None,
    ) -> None:
        """Begin a story with the way here; `recap` is shown before the next passage.

        `voices` numbers the story's characters, so that each keeps its mark on every way through
        it; without it they are numbered as they appear.
        """
        self._voices = dict(voices or {})
        self._entries = [_Entry(passage) for passage in passages]
        self._recap = recap
        self._rows = None

    def enter(
        self, passage: Passage, depth: int, notes: tuple[str, ...] = (), *, veil: str = ""
    ) -> None:
        """Make `passage` number `depth`, from 1; later ones are gone. `notes` are said with it.

        A `veil` is shown in the place of its words until something was chosen.
        """
        del self._entries[depth - 1 :]
        if self._entries and self._entries[-1].notes == notes:
            self._change(self._entries[-1]).notes = ()  # said once, where it is being heard
        self._entries.append(_Entry(passage, notes=notes, recap=self._recap, veil=veil))
        self._recap = ()
        self._rows = None

    def choose(self, words: str) -> None:
        """Note what was chosen at the present passage, and show its words."""
        if self._entries:
            self._change(self._entries[-1]).chosen = words
            self._entries[-1].veil = ""

    def set_in(self, reading: Reading) -> None:
        """Lay everything out as `reading` has it."""
        if reading != self._reading:
            self._reading = reading
            self._rows = None
            for entry in self._entries:
                entry.laid_out = None

    def toggle_translation(self, line: int) -> bool | None:
        """Show or hide a line's translation; return whether it is shown, None without one."""
        if not self.can_translate:
            return None
        entry = self._change(self._entries[-1])
        entry.revealed ^= {line}
        return line in entry.revealed

    def reveal(self, line: int) -> None:
        """Show the translation of one line of the passage being heard, and of no other."""
        for entry in self._entries:
            if entry.revealed:
                self._change(entry).revealed.clear()
        if self._entries:
            self._change(self._entries[-1]).revealed.add(line)

    def row_of(self, place: tuple[int, int]) -> int | None:
        """Return the first row of (passage, line), both from 0; None where it is gone."""
        at = ((row.passage, row.line) for row in self.rows)
        return next((number for number, found in enumerate(at) if found == place), None)

    def rows_of(self, line: int) -> range:
        """Return which rows belong to a line of the passage being heard."""
        if self.is_veiled:
            return range(max(0, len(self.rows) - 1), len(self.rows))
        return self._spans.get(line, range(0)) if self.rows else range(0)

    def start_of(self, row: Row) -> int | None:
        """Return where in the clip the line of `row` begins; None for what is not heard now."""
        if row.passage != len(self._entries) - 1 or row.kind not in OF_A_LINE or row.line < 0:
            return None
        return self._entries[-1].passage.lines[row.line].start_ms if row.line else 0

    def excerpt(self, line: int) -> tuple[Row, ...]:
        """Return who speaks and one line alone, for those who want no more on the screen."""
        rows = self.rows_of(line)
        if not rows:
            return ()
        speaker = self._speaker(len(self._entries) - 1)
        return (*speaker, Row(Kind.GAP), *self.rows[rows.start : rows.stop])

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
        passage, reading = entry.passage, self._reading
        width = reading.width + (reading.beside + RULE_WIDTH if reading.beside else 0)
        if number:
            yield Row(Kind.GAP, passage=number)
        if entry.recap:
            words = "; then ".join(f'"{choice}"' for choice in entry.recap)
            yield from wrapped(Kind.RECAP, f"Previously: you chose {words}.", number, width)
            yield Row(Kind.GAP, passage=number)
        before = self._entries[number - 1].passage if number else None
        if before is None or entry.recap or before.speaker != passage.speaker:
            yield from self._speaker(number)
        if entry.veil:
            yield from wrapped(Kind.RECAP, entry.veil, number, width)
            return
        for note in entry.notes:
            yield from wrapped(Kind.NOTE, f"({note})", number, width)
        yield from set_lines(passage, number, reading, entry.revealed)
        if entry.chosen:
            yield Row(Kind.GAP, passage=number)
            yield from wrapped(Kind.CHOSEN, entry.chosen, number, width)

    def _speaker(self, number: int) -> tuple[Row, ...]:
        passage = self._entries[number].passage
        has_others = any(entry.passage.speaker for entry in self._entries[:number])
        if not passage.speaker and not has_others:
            return ()
        name = show(passage.speaker or NARRATOR)
        return (Row(Kind.SPEAKER, name, passage=number, voice=self.voice(passage)),)


def _spans(rows: tuple[Row, ...], passage: int) -> dict[int, range]:
    """Return which rows each line of a passage has; they stand together."""
    spans: dict[int, range] = {}
    for number, row in enumerate(rows):
        if row.passage == passage and row.line >= 0 and row.kind in OF_A_LINE:
            first = spans[row.line].start if row.line in spans else number
            spans[row.line] = range(first, number + 1)
    return spans
