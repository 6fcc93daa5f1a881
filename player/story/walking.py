"""The rules of walking a story graph: which text, which clip, which choices, how far."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from uuid import UUID

from player.story.graph import Choice, Clip, Node, Story, catalogue_id
from player.story.state import StoryState, Visit


@dataclass(frozen=True, slots=True, order=True)
class Variant:
    """One way a story can be heard; `mix` is the share of English, 0 to 1."""

    mix: float
    language: str

    @property
    def key(self) -> str:
        """The name used in story files: "hi", or "hi-mixed@0.30"."""
        return f"{self.language}@{self.mix:.2f}" if self.mix else self.language


@dataclass(frozen=True, slots=True)
class Rendering:
    """A text in the language nearest to the one asked for."""

    text: str
    language: str
    is_stand_in: bool


def base_language(language: str) -> str:
    """Return the language before the hyphen: "hi" for "hi-mixed"."""
    return language.partition("-")[0]


def variants_of(story: Story) -> tuple[Variant, ...]:
    """Return every variant that a node of the story has as text or clip, least English first.

    Texts count only in the languages of the story's editions, so the source language alone
    (there for translations) is no variant.
    """
    return _variants(_Identity(story))


def heard_variants(story: Story) -> frozenset[Variant]:
    """Return those variants that at least half of the nodes have as sound."""
    return _heard(_Identity(story))


def rungs(story: Story, language: str) -> tuple[Variant, ...]:
    """Return the variants that share the base language of `language`, least English first."""
    base = base_language(language)
    return tuple(v for v in variants_of(story) if base_language(v.language) == base)


def nearest_variant(story: Story, language: str | None, mix: float | None) -> Variant:
    """Return the variant nearest to what was asked, falling back to the first edition's language.

    With a `mix` any rung of the base language may serve; without one the language itself does.
    """
    if language is None or not rungs(story, language):
        language = next(iter(story.editions))
    ladder = rungs(story, language) or (Variant(0.0, language),)
    exact = [variant for variant in ladder if variant.language == language] or list(ladder)
    if mix is None:
        return exact[0]
    return min(ladder, key=lambda v: (abs(v.mix - mix), v.language != language))


def text_for(texts: Mapping[str, str], variant: Variant, source_language: str) -> Rendering:
    """Return the text to show: language@mix, language, base language, else the source language."""
    for key in _keys(variant):
        if key in texts:
            return Rendering(texts[key], key.partition("@")[0], is_stand_in=False)
    if source_language in texts:
        return Rendering(texts[source_language], source_language, is_stand_in=True)
    language, text = next(iter(texts.items()), (source_language, ""))
    return Rendering(text, language.partition("@")[0], is_stand_in=True)


def clip_for(node: Node, variant: Variant) -> Clip | None:
    """Return the clip to hear, by the same order as the text; None where there is none."""
    for language, mix in (
        (variant.language, variant.mix),
        (variant.language, 0.0),
        (base_language(variant.language), 0.0),
    ):
        for clip in node.clips:
            if clip.language == language and abs(clip.mix - mix) < 0.005:  # noqa: PLR2004 - two decimals
                return clip
    return None


def flags_of(story: Story, trail: Iterable[Visit]) -> frozenset[str]:
    """Return the flags set along the trail, the node being heard included."""
    flags: set[str] = set()
    for visit in trail:
        node = story.nodes[visit.node_id]
        flags |= node.sets
        flags.update(*(choice.sets for choice in node.choices if choice.id == visit.choice_id))
    return frozenset(flags)


def offered(node: Node, flags: frozenset[str]) -> tuple[Choice, ...]:
    """Return the choices of `node` that its conditions allow, in the author's order."""
    return tuple(c for c in node.choices if c.needs <= flags and not c.unless & flags)


def beginning(story: Story, endings: frozenset[UUID] = frozenset()) -> StoryState:
    """Return the state of a listener who has heard nothing yet of this playing."""
    return StoryState(
        slug=story.slug,
        content_hash=story.content_hash,
        trail=(Visit(story.start_id),),
        endings=endings,
    )


def path_to(story: Story, node_id: UUID) -> StoryState:
    """Return a state at `node_id`, reached by the shortest walk that the conditions allow.

    Raises ValueError when no walk from the start leads there.
    """
    first = beginning(story)
    seen = {(first.node_id, flags_of(story, first.trail))}
    waiting = deque([first])
    while waiting:
        state = waiting.popleft()
        if state.node_id == node_id:
            return state
        flags = flags_of(story, state.trail)
        for choice in offered(story.nodes[state.node_id], flags):
            if choice.next_id is None:
                continue
            following = state.taking(choice.id, choice.next_id)
            mark = (choice.next_id, flags_of(story, following.trail))
            if mark not in seen:
                seen.add(mark)
                waiting.append(following)
    raise ValueError("no walk from the start leads to this node")


def repaired(story: Story, state: StoryState) -> StoryState:
    """Return `state` with every step that the edited story no longer has cut off.

    The listener lands on the same node when it is still there, else on its nearest ancestor on
    the trail, else at the start.
    """
    renamed = {catalogue_id(story.slug, n.was): n.id for n in story.nodes.values() if n.was}
    moved = tuple(Visit(renamed.get(v.node_id, v.node_id), v.choice_id) for v in state.trail)
    kept = tuple(visit for visit in moved if visit.node_id in story.nodes)
    if not kept:
        return beginning(story, state.endings)
    here = Visit(kept[-1].node_id)
    is_same = len(kept) == len(moved)
    return StoryState(
        slug=story.slug,
        content_hash=story.content_hash,
        trail=(*kept[:-1], here),
        ahead=state.ahead if is_same and all(v.node_id in story.nodes for v in state.ahead) else (),
        is_finished=state.is_finished and is_same,
        endings=state.endings & frozenset(story.nodes),
    )


def is_same_node(story: Story, left: StoryState, state: StoryState) -> bool:
    """Return whether `state` is at the node that was left, which may have a new name by now."""
    here = story.nodes[state.node_id]
    return left.node_id == here.id or (
        here.was is not None and left.node_id == catalogue_id(story.slug, here.was)
    )


def percentage(story: Story, state: StoryState) -> float:
    """Return how far the listener is, 0 to 100: nodes heard of those and the shortest rest."""
    if state.is_finished:
        return 100.0
    rest = _steps_to_end(_Identity(story)).get(state.node_id, 0)
    heard = len(state.trail) - 1
    return round(100.0 * heard / (heard + rest + 1), 2)


@dataclass(frozen=True, slots=True, eq=False)
class _Identity:
    """A story hashed by its content, so that facts about the whole graph are worked out once."""

    story: Story

    def __hash__(self) -> int:
        return hash((self.story.slug, self.story.content_hash))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Identity) and (
            self.story is other.story
            or (
                bool(self.story.content_hash)
                and (self.story.slug, self.story.content_hash)
                == (other.story.slug, other.story.content_hash)
            )
        )


@lru_cache(maxsize=32)
def _variants(identity: _Identity) -> tuple[Variant, ...]:
    found: set[Variant] = set()
    for node in identity.story.nodes.values():
        found.update(Variant(round(clip.mix, 2), clip.language) for clip in node.clips)
        for key in node.text:
            language, _, mix = key.partition("@")
            if language in identity.story.editions:
                found.add(Variant(float(mix or 0.0), language))
    return tuple(sorted(found))


@lru_cache(maxsize=32)
def _heard(identity: _Identity) -> frozenset[Variant]:
    nodes = identity.story.nodes.values()
    spoken = Counter(
        variant
        for node in nodes
        for variant in {Variant(round(clip.mix, 2), clip.language) for clip in node.clips}
    )
    return frozenset(variant for variant, count in spoken.items() if 2 * count >= len(nodes))


@lru_cache(maxsize=32)
def _steps_to_end(identity: _Identity) -> Mapping[UUID, int]:
    nodes = identity.story.nodes
    before: dict[UUID, list[UUID]] = {}
    for node in nodes.values():
        for choice in node.choices:
            if choice.next_id is not None:
                before.setdefault(choice.next_id, []).append(node.id)
    ends = [n.id for n in nodes.values() if n.is_end or not n.choices]
    steps = dict.fromkeys(ends, 0)
    waiting = deque(ends)
    while waiting:
        node_id = waiting.popleft()
        for earlier in before.get(node_id, ()):
            if earlier not in steps:
                steps[earlier] = steps[node_id] + 1
                waiting.append(earlier)
    return steps


def _keys(variant: Variant) -> tuple[str, ...]:
    return (variant.key, variant.language, base_language(variant.language))
