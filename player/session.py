"""One listener in one story: decides, purely, what is heard and offered next."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final
from uuid import UUID

from player.errors import UsageError
from player.story.graph import Choice, Node, Story
from player.story.passages import Option, Passage, read_passage
from player.story.rewinding import AT_ONCE_SECONDS, resume_at
from player.story.state import StoryState
from player.story.walking import (
    Variant,
    base_language,
    beginning,
    flags_of,
    is_same_node,
    nearest_variant,
    offered,
    path_to,
    percentage,
    repaired,
    rungs,
    text_for,
)

RECAP_CHOICES: Final = 3


class Direction(StrEnum):
    """How the listener came to a node."""

    START = "start"
    RESUME = "resume"
    ON = "on"
    BACK = "back"
    FORWARD = "forward"


class Landing(StrEnum):
    """Where a listener lands in a story that may have been edited since."""

    SAME = "same"
    ANCESTOR = "ancestor"
    START = "start"


@dataclass(frozen=True, slots=True)
class TakenUp:
    """Where a story goes on: `start_ms` is the place in the clip."""

    start_ms: int
    landing: Landing


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What the session decided: the node to be heard and what is offered at it."""

    node: Node
    passage: Passage
    options: tuple[Option, ...]
    direction: Direction
    depth: int
    percentage: float
    taken: Choice | None = None


class Session:
    """Owns the story state of one listener in one story, and the variant that is heard.

    Pure: no clock, no I/O. Each method that moves returns the Step to be done; UsageError says
    that a wish cannot be met, and nothing has moved then.
    """

    def __init__(self, story: Story, variant: Variant, state: StoryState) -> None:
        self.story = story
        self.variant = variant
        self.state = state
        self._passages: dict[tuple[UUID, Variant], Passage] = {}

    @classmethod
    def begin(
        cls, story: Story, *, language: str | None, mix: float | None, node_key: str | None = None
    ) -> Session:
        """Return a session at the start, or at the node named `node_key`.

        Raises UsageError for an unknown language or node, naming what there is.
        """
        session = cls(story, nearest_variant(story, None, mix), beginning(story))
        if language is not None:
            session.variant = session.variant_of(language, mix)
        if node_key is None:
            return session
        if node_key not in story.ids_by_key:
            known = ", ".join(story.ids_by_key)
            raise UsageError(f"{story.slug} has no node {node_key!r}; it has {known}.")
        try:
            session.state = path_to(story, story.ids_by_key[node_key])
        except ValueError as error:
            raise UsageError(f"{node_key!r} cannot be heard: {error}.") from error
        return session

    @property
    def title(self) -> str:
        """The title in the language being heard."""
        return self.story.edition(self.variant.language).title

    @property
    def endings_total(self) -> int:
        """How many endings the story has."""
        return sum(node.is_end for node in self.story.nodes.values())

    @property
    def node(self) -> Node:
        """The node being heard."""
        return self.story.nodes[self.state.node_id]

    @property
    def speaks(self) -> tuple[Variant, ...]:
        """The rungs of this language, least English first."""
        return rungs(self.story, self.variant.language)

    def here(self, direction: Direction = Direction.RESUME, taken: Choice | None = None) -> Step:
        """Return the step that hears the present node (again)."""
        node = self.node
        return Step(
            node=node,
            passage=self.passage(node),
            options=self.options(),
            direction=direction,
            depth=len(self.state.trail),
            percentage=percentage(self.story, self.state),
            taken=taken,
        )

    def choose(self, key: str) -> Step:
        """Take the offered choice `key`, in either case."""
        for choice in self._offered():
            if choice.is_shown and choice.key.casefold() == key.casefold():
                return self._take(choice)
        keys = [option.key for option in self.options()]
        numbers = "1" if len(keys) == 1 else f"1 to {len(keys)}"
        raise UsageError(
            f"there is no choice {key!r} here; there is {numbers}, or {', '.join(keys)}."
            if keys
            else f"nothing is asked at {self.node.key!r}, so {key!r} cannot be chosen."
        )

    def advance(self) -> Step | None:
        """Follow the edge that is not shown; None where the story ends or the listener is asked."""
        if self.node.is_end or self.options():
            return None
        for choice in self._offered():
            if choice.next_id is not None:
                return self._take(choice)
        return None

    def back(self) -> Step | None:
        """Step back one node; None at the start."""
        before = self.state
        self.state = before.back()
        return None if self.state is before else self.here(Direction.BACK)

    def forward(self) -> Step | None:
        """Step forward along the way that was stepped back; None when there is none."""
        before = self.state
        self.state = before.forward()
        return None if self.state is before else self.here(Direction.FORWARD)

    def finish(self) -> None:
        """Note that the ending here was heard."""
        self.state = self.state.finished()

    def hear(self, language: str, mix: float | None) -> None:
        """Hear the story in another variant from now on, the nearest that there is."""
        self.variant = nearest_variant(self.story, language, mix)

    def variant_of(self, language: str, mix: float | None) -> Variant:
        """Return the nearest variant that there is. Raises UsageError for an unknown language."""
        if not rungs(self.story, language):
            known = ", ".join(sorted(self.story.editions))
            raise UsageError(f"{self.story.slug} has no {language!r}; it speaks {known}.")
        return nearest_variant(self.story, language, mix)

    def next_language(self, after: Variant) -> Variant | None:
        """Return the story's next language, the least mixed; None where it has but one."""
        bases = list(dict.fromkeys(base_language(code) for code in self.story.editions))
        here = bases.index(base_language(after.language))
        return rungs(self.story, bases[(here + 1) % len(bases)])[0] if len(bases) > 1 else None

    def rung(self, of: Variant, rungs_on: int) -> Variant | None:
        """Return the rung with more English (1) or less (-1) in the mix; None without one."""
        ladder = rungs(self.story, of.language)
        target = ladder.index(of) + rungs_on
        return ladder[target] if 0 <= target < len(ladder) else None

    def take_up(
        self, left: StoryState, position_ms: int, *, away_s: float, restart: bool = False
    ) -> TakenUp:
        """Go on where the story was left `away_s` seconds ago, at the start of a line.

        A finished story, or `restart`, begins again with the endings found so far. In an edited
        story the listener lands on the same node, else on its nearest ancestor, else at the start.
        """
        state = repaired(self.story, left)
        if restart or state.is_finished:
            self.state = beginning(self.story, state.endings)
            return TakenUp(0, Landing.SAME)
        self.state = state
        if not is_same_node(self.story, left, state):
            return TakenUp(0, Landing.START if len(state.trail) == 1 else Landing.ANCESTOR)
        lines = self.passage(self.node).lines
        return TakenUp(resume_at(lines, position_ms, max(away_s, AT_ONCE_SECONDS)), Landing.SAME)

    def restart(self) -> Step:
        """Begin again; endings found before stay found."""
        self.state = beginning(self.story, self.state.endings)
        return self.here(Direction.START)

    def options(self) -> tuple[Option, ...]:
        """Return the shown choices of the present node, with the words of the present variant."""
        return tuple(
            Option(c.key, self._words(c), c.is_default, c.correct)
            for c in self._offered()
            if c.is_shown
        )

    def passage(self, node: Node) -> Passage:
        """Return `node` as it is heard in the present variant."""
        key = (node.id, self.variant)
        if key not in self._passages:
            self._passages[key] = read_passage(self.story, node, self.variant)
        return self._passages[key]

    def passages(self) -> tuple[Passage, ...]:
        """Return the way here, the present node left out."""
        return tuple(self.passage(self.story.nodes[v.node_id]) for v in self.state.trail[:-1])

    def choices_made(self) -> tuple[tuple[Node, Choice], ...]:
        """Return the shown choices along the way, oldest first."""
        made = []
        for visit in self.state.trail:
            node = self.story.nodes[visit.node_id]
            made += [(node, c) for c in node.choices if c.id == visit.choice_id and c.is_shown]
        return tuple(made)

    def recap(self) -> tuple[str, ...]:
        """Return the words of the last choices made, for "Previously: you chose ..."."""
        return tuple(self._words(choice) for _, choice in self.choices_made()[-RECAP_CHOICES:])

    def _offered(self) -> tuple[Choice, ...]:
        return offered(self.node, flags_of(self.story, self.state.trail))

    def _take(self, choice: Choice) -> Step:
        if choice.next_id is None:
            raise UsageError(f"the choice {choice.key!r} leads nowhere: the story is not finished.")
        self.state = self.state.taking(choice.id, choice.next_id)
        return self.here(Direction.ON, choice if choice.is_shown else None)

    def _words(self, choice: Choice) -> str:
        return text_for(choice.text, self.variant, self.story.source_language).text
