"""YAML as a tree with line numbers, read within bounds and with every fault noted."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

import yaml

from player.story.cleaning import displaced, fault_in, quoted
from player.story.problems import Problems

MAX_BYTES: Final = 5_000_000
MAX_DEPTH: Final = 16
MAX_ENTRIES: Final = 20_000
"""Entries of one mapping or list; a story of more nodes than this is refused as it is read."""

MAX_VALUES: Final = 1_000_000

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_TAGS: Final = frozenset({"!", "tag:yaml.org,2002:str"})
_CORE_TAG: Final = re.compile(r"tag:yaml\.org,2002:(int|float|bool|null|map|seq)")


@dataclass(frozen=True, slots=True)
class Scalar:
    """A word, a number or a text: always as it was written, never guessed to be a boolean."""

    text: str
    line: int
    is_plain: bool = True


@dataclass(frozen=True, slots=True)
class Listing:
    """A YAML sequence."""

    line: int
    items: list[Value] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Table:
    """A YAML mapping; `lines` tells where each key stands."""

    line: int
    entries: dict[str, Value] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Refused:
    """Something that was reported already: whoever meets it stays silent."""

    line: int


Value: TypeAlias = Scalar | Listing | Table | Refused


class _StopReadingError(Exception):
    """Going on would cost more than it tells."""


def read_yaml(source: bytes, problems: Problems) -> Table | None:
    """Read one YAML document whose top is a mapping.

    Takes at most 5 MB, 20,000 entries a mapping, 16 levels. Anchors, aliases and tags are refused
    while they are read, so that nothing can be multiplied. Returns None when the text cannot be
    read to its end; `problems` then says why.
    """
    text = _decode(source, problems)
    if text is None:
        return None
    tree = _Tree(problems)
    loader = None
    try:
        loader = _Loader(displaced(text))
        while loader.check_event():
            tree.take(loader.get_event())
    except yaml.YAMLError as error:
        _note_syntax(error, problems)
        return None
    except _StopReadingError:
        return None
    finally:
        if loader is not None:
            loader.dispose()
    if not isinstance(tree.root, Table):
        problems.error(1, (), "not-a-mapping", "a story file is a mapping of keys to values")
        return None
    return tree.root


def line_of(tree: Table, where: str) -> int:
    """Return the line of the key path `where`, or of as much of it as there is."""
    line, table, parts = tree.line, tree, where.split(".") if where else []
    at = 0
    while at < len(parts):
        key = parts[at]
        # The key of a mixed text, hi-mixed@0.30, has a dot of its own.
        if key not in table.entries and at + 1 < len(parts):
            key = f"{key}.{parts[at + 1]}"
            at += 1
        if key not in table.entries:
            break
        line = table.lines[key]
        below = table.entries[key]
        if not isinstance(below, Table):
            break
        table = below
        at += 1
    return line


def _decode(source: bytes, problems: Problems) -> str | None:
    if len(source) > MAX_BYTES:
        said = f"{len(source):,} bytes; a story file may have {MAX_BYTES:,}: split the story"
        problems.error(0, (), "too-large", said)
        return None
    if source[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        problems.error(1, (), "encoding", "this is UTF-16; save the file as UTF-8")
        return None
    try:
        return source.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = source.count(b"\n", 0, error.start) + 1
        byte = source[error.start]
        said = f"byte 0x{byte:02x} is not UTF-8; save the file as UTF-8"
        problems.error(line, (), "encoding", said)
        return source.decode("utf-8-sig", errors="replace")


def _note_syntax(error: yaml.YAMLError, problems: Problems) -> None:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    line = mark.line + 1 if mark is not None else 0
    said = getattr(error, "problem", None) or getattr(error, "reason", None) or "cannot be read"
    context = getattr(error, "context", None)
    about = f"{context}, {said}" if context else str(said)
    problems.error(line, (), "yaml", f"not YAML: {quoted(about, 200, '')}")


@dataclass(slots=True)
class _Frame:
    """A mapping or list that is not closed yet; `key` waits for its value."""

    container: Table | Listing
    key: Scalar | None = None

    @property
    def step(self) -> str:
        """The part of a path that leads on from here."""
        if isinstance(self.container, Listing):
            return str(len(self.container.items))
        return self.key.text if self.key else ""


class _Tree:
    """Builds the tree from events, without recursion; stops where the bounds are passed."""

    def __init__(self, problems: Problems) -> None:
        self.root: Value | None = None
        self._problems = problems
        self._open: list[_Frame] = []
        self._skipping = 0
        self._values = 0
        self._documents = 0

    def take(self, event: yaml.Event) -> None:
        """Add one event of the reader."""
        if isinstance(event, yaml.ScalarEvent):
            self._scalar(event)
        elif isinstance(event, yaml.CollectionStartEvent):
            self._start(event)
        elif isinstance(event, yaml.CollectionEndEvent):
            self._end()
        elif isinstance(event, yaml.AliasEvent):
            self._error(
                event, "alias", f"the alias *{quoted(event.anchor or '', marks='')}: write it out"
            )
            self._put(Refused(_line(event)))
        elif isinstance(event, yaml.DocumentStartEvent):
            self._documents += 1
            if self._documents > 1:
                self._error(event, "two-documents", "a second document; a file holds one story")
                raise _StopReadingError

    def _scalar(self, event: yaml.ScalarEvent) -> None:
        if self._skipping:
            return
        is_good = self._is_allowed(event)
        if (fault := fault_in(event.value)) is not None:
            self._error(event, "control", f"{fault} may not stand in a text")
            is_good = False
        line = _line(event)
        if is_good or self._awaits_key:
            self._put(Scalar(event.value, line, event.style is None or event.style == ""))
        else:
            self._put(Refused(line))

    def _start(self, event: yaml.CollectionStartEvent) -> None:
        if self._skipping:
            self._skipping += 1
            if self._skipping > MAX_DEPTH:  # libyaml takes quadratic time in depth
                raise _StopReadingError
            return
        self._is_allowed(event)
        if len(self._open) >= MAX_DEPTH:
            self._error(event, "too-deep", f"nested more than {MAX_DEPTH} deep; a story needs 7")
            self._skipping = 1
            self._put(Refused(_line(event)))
            return
        is_table = isinstance(event, yaml.MappingStartEvent)
        key = self._open[-1].key if self._open else None
        line = key.line if key else _line(event)
        self._open.append(_Frame(Table(line) if is_table else Listing(line)))

    def _end(self) -> None:
        if self._skipping:
            self._skipping -= 1
        else:
            self._put(self._open.pop().container)

    @property
    def _awaits_key(self) -> bool:
        return (
            bool(self._open)
            and isinstance(self._open[-1].container, Table)
            and self._open[-1].key is None
        )

    def _put(self, value: Value) -> None:
        self._values += 1
        if not self._open:
            self.root = value
            return
        frame = self._open[-1]
        container = frame.container
        if isinstance(container, Listing):
            container.items.append(value)
            self._bound(len(container.items), value)
        elif frame.key is None:
            frame.key = self._key(value)
        else:
            self._enter(container, frame.key, value)
            self._bound(len(container.entries), value)
            frame.key = None

    def _key(self, value: Value) -> Scalar:
        if isinstance(value, Scalar) and value.text:
            return value
        self._problems.error(value.line, self._path(), "bad-key", "a key must be a word")
        return Scalar("", value.line)

    def _enter(self, table: Table, key: Scalar, value: Value) -> None:
        if not key.text:
            return
        if key.text in table.entries:
            first = table.lines[key.text]
            said = f"{quoted(key.text)} stands here twice, first on line {first}"
            code = "duplicate-key"
            if key.text == "start" and len(self._open) == 1:
                code, said = "two-starts", f"a second start; the first is on line {first}"
            self._problems.error(key.line, self._path(), code, said)
            return
        table.entries[key.text] = value
        table.lines[key.text] = key.line

    def _bound(self, entries: int, value: Value) -> None:
        if entries <= MAX_ENTRIES and self._values <= MAX_VALUES:
            return
        said = f"more than {MAX_ENTRIES:,} entries; split the story"
        if entries <= MAX_ENTRIES:
            said = f"more than {MAX_VALUES:,} values in one file; split the story"
        self._problems.error(value.line, self._path()[:-1], "too-many", said)
        raise _StopReadingError

    def _is_allowed(self, event: yaml.ScalarEvent | yaml.CollectionStartEvent) -> bool:
        if event.anchor is not None:
            name = quoted(event.anchor, marks="")
            self._error(
                event, "anchor", f"the anchor &{name}: a story repeats nothing by reference"
            )
        tag = event.tag
        if tag is None or tag in _TAGS or _CORE_TAG.fullmatch(tag):
            return True
        self._error(event, "tag", f"the tag {quoted(tag)}: a story is plain words and numbers")
        return False

    def _path(self) -> list[str]:
        return [frame.step for frame in self._open if frame.step]

    def _error(self, event: yaml.Event, code: str, said: str) -> None:
        if not self._skipping:
            self._problems.error(_line(event), self._path(), code, said)


def _line(event: yaml.Event) -> int:
    return int(event.start_mark.line) + 1 if event.start_mark else 0
