"""A small story that has everything the walking rules know."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from player.story.graph import (
    EDGE_KEY,
    Character,
    Choice,
    Clip,
    Edition,
    Node,
    NodeType,
    Story,
    catalogue_id,
)

SLUG = "well"


def node_id(key: str) -> UUID:
    return catalogue_id(SLUG, key)


NONE: frozenset[str] = frozenset()


def edge(key: str, to: str) -> Choice:
    return Choice(
        id=catalogue_id(SLUG, key, EDGE_KEY), key=EDGE_KEY, next_id=node_id(to), is_default=True
    )


def option(
    at: str, key: str, to: str, *, needs: frozenset[str] = NONE, unless: frozenset[str] = NONE
) -> Choice:
    return Choice(
        id=catalogue_id(SLUG, at, key),
        key=key,
        text={"en": f"{key} of {at}", "hi": f"{key} का {at}"},
        next_id=node_id(to),
        needs=needs,
        unless=unless,
    )


def clip(key: str, language: str, mix: float = 0.0, duration_ms: int = 4000) -> Clip:
    return Clip(
        id=catalogue_id(SLUG, key, "audio", language, f"{mix:.2f}", "meera"),
        language=language,
        mix=mix,
        speaker="meera",
        checksum="0" * 64,
        size=1,
        duration_ms=duration_ms,
        url="r2://kahani/clips/0.mp3",
        path=f"{SLUG}/audio/{language}/{mix:.2f}/meera/{key}.mp3",
    )


def node(
    key: str,
    kind: NodeType,
    choices: tuple[Choice, ...],
    *,
    text: Mapping[str, str] | None = None,
    clips: tuple[Clip, ...] | None = None,
    sets: frozenset[str] = frozenset(),
) -> Node:
    words = {
        "en": f"This is {key}. It goes on.",
        "hi": f"यह {key} है। यह चलता है।",
        "hi-mixed@0.30": f"यह {key} है। यह goes on।",
    }
    return Node(
        id=node_id(key),
        key=key,
        type=kind,
        text=words if text is None else text,
        character="dadi",
        choices=choices,
        clips=(clip(key, "hi"), clip(key, "hi-mixed", 0.3)) if clips is None else clips,
        sets=sets,
    )


def the_well() -> Story:
    """start -> fork (A, B, and C only with the rope) -> rope -> fork; three endings' worth."""
    rope = frozenset({"rope"})
    nodes = (
        node("start", NodeType.NARRATION, (edge("start", "fork"),)),
        node(
            "fork",
            NodeType.CHOICE,
            (
                option("fork", "A", "dry"),
                option("fork", "B", "rope", unless=rope),
                option("fork", "C", "wet", needs=rope),
            ),
        ),
        node("rope", NodeType.DIALOGUE, (edge("rope", "fork"),), sets=rope),
        node("dry", NodeType.END, ()),
        node("wet", NodeType.END, (), clips=()),
    )
    return Story(
        id=catalogue_id(SLUG),
        slug=SLUG,
        age_range="4-8",
        region="pan-indian",
        source_language="en",
        start_id=node_id("start"),
        nodes={n.id: n for n in nodes},
        editions={
            "hi": Edition(language="hi", title="कुआँ"),
            "hi-mixed": Edition(language="hi-mixed", title="कुआँ well"),
        },
        characters={
            "dadi": Character(
                id=catalogue_id(SLUG, "character", "dadi"),
                slug="dadi",
                name="Dadi",
                voice_profile="warm_elderly",
                speaker="meera",
            )
        },
        content_hash="h1",
    )
