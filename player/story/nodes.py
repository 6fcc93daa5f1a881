"""The nodes of a story file and the choices between them."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import Final
from uuid import UUID

from player.story.cleaning import quoted
from player.story.fields import MAX_FLAGS, Fields, Path
from player.story.graph import EDGE_KEY, Choice, Node, NodeType, catalogue_id
from player.story.problems import Problems
from player.story.source import Scalar, Table

NODE_KEYS: Final = (
    "type",
    "character",
    "text",
    "say",
    "next",
    "choices",
    "set",
    "was",
    "difficulty_score",
)
CHOICE_KEYS: Final = ("text", "next", "default", "correct", "set", "needs", "unless")
KEY: Final = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)*")
MAX_KEY: Final = 100
_GOING_ON: Final = (NodeType.NARRATION, NodeType.DIALOGUE)
_CHOICE_KEY: Final = re.compile(r"[A-Za-z0-9_-]{1,10}")


class NodeReader:
    """Reads all nodes of one story.

    `uncertain` holds the nodes whose way on is wrong in the file: what can be reached from them
    cannot be judged.
    """

    def __init__(self, slug: str, characters: Collection[str], fields: Fields) -> None:
        self.uncertain: set[UUID] = set()
        self._slug = slug
        self._characters = characters
        self._problems: Problems = fields.problems
        table = fields.mapping("nodes", required=True)
        self._path: Path = (*fields.path, "nodes")
        self._inner = Fields(
            table or Table(0), self._path, self._problems, (table or Table(0)).entries
        )
        self._ids = {
            key: catalogue_id(slug, key) for key in self._inner.table.entries if self._is_key(key)
        }
        if table is not None and not table.entries:
            fields.error("nodes", "empty", "has no node")

    def read(self) -> dict[UUID, Node]:
        """Read the nodes in the order of the file."""
        nodes = {}
        for key, node_id in self._ids.items():
            table = self._inner.mapping(key, required=True)
            if table is not None:
                fields = Fields(table, (*self._path, key), self._problems, NODE_KEYS)
                nodes[node_id] = self._node(key, fields)
        self._check_flags(nodes)
        return nodes

    def target(self, fields: Fields, name: str, key: str | None = None) -> UUID | None:
        """Return the id of the node named at `name`; for a wrong name, of the one likely meant."""
        word = fields.text(name, MAX_KEY, required=True)
        if word is not None:
            if word in self._ids:
                return self._ids[word]
            guess = self._problems.guess(word, self._ids)
            meant = f" (did you mean {quoted(guess)}?)" if guess else ""
            fields.error(name, "dangling", f"there is no node {quoted(word)}{meant}")
            if guess:
                return self._ids[guess]
        if key is not None:
            self.uncertain.add(self._ids[key])
        return None

    def _is_key(self, key: str) -> bool:
        if KEY.fullmatch(key) and len(key) <= MAX_KEY:
            return True
        said = f"{quoted(key)} must be of a-z, 0-9, - and _, at most {MAX_KEY} characters"
        self._inner.error(key, "bad-node-name", said)
        return False

    def _node(self, key: str, fields: Fields) -> Node:
        word = fields.one_of("type", list(NodeType), None)
        kind = NodeType(word) if word else None
        character = fields.text("character", 50)
        if character is not None and character not in self._characters:
            meant = self._problems.meant(character, self._characters)
            said = f"there is no character {quoted(character)}{meant}"
            fields.error("character", "unknown-character", said)
        text = fields.texts("text", required=True)
        return Node(
            id=self._ids[key],
            key=key,
            type=kind or NodeType.NARRATION,
            text=text,
            character=character,
            choices=tuple(self._ways_on(key, kind, fields)),
            sets=fields.flags("set"),
            was=self._was(fields),
            say=self._say(fields, text),
            difficulty_score=fields.number("difficulty_score", least=0, most=1, decimals=2),
        )

    def _was(self, fields: Fields) -> str | None:
        was = fields.text("was", MAX_KEY)
        if was in self._ids:
            fields.error("was", "bad-was", f"{quoted(was or '')} is a node of this story still")
        return was

    def _say(self, fields: Fields, text: Collection[str]) -> dict[str, str]:
        spoken = fields.texts("say")
        for key in spoken:
            if key not in text:
                fields.error("say", "say-without-text", f"{key} is spoken but has no text")
        return spoken

    def _ways_on(self, key: str, kind: NodeType | None, fields: Fields) -> Iterator[Choice]:
        allowed = {NodeType.END: None, NodeType.CHOICE: "choices"}.get(
            kind or NodeType.NARRATION, EDGE_KEY
        )
        for name in ("choices", EDGE_KEY):
            if name in fields and name != allowed and kind is not None:
                fields.error(name, "not-here", _not_here(kind, name))
                self.uncertain.add(self._ids[key])
        if kind is None:
            self.uncertain.add(self._ids[key])
        if kind is NodeType.CHOICE or (kind is None and "choices" in fields):
            yield from self._choices(key, fields)
        elif EDGE_KEY in fields or (kind in _GOING_ON and "choices" not in fields):
            next_id = self.target(fields, EDGE_KEY, key)
            if kind is not NodeType.END:
                edge = catalogue_id(self._slug, key, EDGE_KEY)
                yield Choice(id=edge, key=EDGE_KEY, next_id=next_id, is_default=True)

    def _choices(self, key: str, fields: Fields) -> Iterator[Choice]:
        table = fields.mapping("choices", required=True)
        if table is None or not table.entries:
            self.uncertain.add(self._ids[key])
            if table is not None:
                fields.error("choices", "empty", "has no choice")
            return
        inner = Fields(table, (*fields.path, "choices"), self._problems, table.entries)
        choices = []
        for name in sorted(table.entries):
            below = inner.mapping(name, required=True)
            if not _CHOICE_KEY.fullmatch(name) or name == EDGE_KEY:
                said = f"{quoted(name)} must be 1 to 10 letters or digits, and not {EDGE_KEY!r}"
                inner.error(name, "bad-choice-key", said)
            elif below is not None:
                choices.append(self._choice(key, name, below, inner.path))
        _check_together(choices, fields)
        yield from choices

    def _choice(self, node: str, key: str, table: Table, path: Path) -> Choice:
        fields = Fields(table, (*path, key), self._problems, CHOICE_KEYS)
        return Choice(
            id=catalogue_id(self._slug, node, key),
            key=key,
            text=fields.texts("text", required=True),
            next_id=self.target(fields, "next", node),
            is_default=bool(fields.flag("default")),
            correct=fields.flag("correct"),
            sets=fields.flags("set"),
            needs=fields.flags("needs"),
            unless=fields.flags("unless"),
        )

    def _check_flags(self, nodes: dict[UUID, Node]) -> None:
        flags: set[str] = set()
        for node in nodes.values():
            flags |= node.sets
            for choice in node.choices:
                flags |= choice.sets | choice.needs | choice.unless
        if len(flags) > MAX_FLAGS:
            said = f"{len(flags):,} flags; a story may have {MAX_FLAGS:,}"
            self._problems.error(self._inner.table.line, self._path, "too-many", said)


def read_start(fields: Fields, reader: NodeReader) -> UUID | None:
    """Return the id of the node the story starts at."""
    value = fields.value("start", required=True)
    if value is None:
        return None
    if not isinstance(value, Scalar):
        said = "a story has one start, the name of one node"
        fields.error("start", "two-starts", said)
        return None
    return reader.target(fields, "start")


def _not_here(kind: NodeType, name: str) -> str:
    if kind is NodeType.END:
        return f"the story ends here, so there is no {name!r}"
    if kind is NodeType.CHOICE:
        return "a choice goes on by its choices; drop 'next'"
    return f"a {kind} node goes on by 'next'; for choices make its type 'choice'"


def _check_together(choices: list[Choice], fields: Fields) -> None:
    defaults = [choice.key for choice in choices if choice.is_default]
    if len(defaults) > 1:
        said = f"{', '.join(defaults)} are all the default; one may be"
        fields.error("choices", "two-defaults", said)
    checks = [choice for choice in choices if choice.correct is not None]
    if checks and len(checks) < len(choices):
        missing = ", ".join(choice.key for choice in choices if choice.correct is None)
        said = f"a check says 'correct' on every choice; it is missing on {missing}"
        fields.error("choices", "half-a-check", said)
    elif checks and not any(choice.correct for choice in checks):
        fields.error("choices", "no-right-answer", "a check has one right answer at least")
