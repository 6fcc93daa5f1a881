"""A node as one listener hears it: the passage, and the choices offered at its end."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from player.story.graph import Clip, Node, Story, Timings
from player.story.lines import Line, lines_of, reading_ms
from player.story.sentences import sentence_spans
from player.story.walking import Variant, clip_for, text_for


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A node as it is heard and shown: who speaks, the lines with their times, the translation.

    `translation` has one text a line where the source language lines up, else one text for all.
    `duration_ms` is the clip's length, or the reading time where there is no clip.
    """

    node_id: UUID
    key: str
    speaker: str
    character: str | None
    lines: tuple[Line, ...]
    translation: tuple[str, ...]
    language: str
    mix: float
    is_stand_in: bool
    is_end: bool
    duration_ms: int
    clip: Clip | None

    @property
    def tail_ms(self) -> int:
        """The silence after the last line, in ms; 0 without a clip."""
        return max(0, self.duration_ms - self.lines[-1].end_ms) if self.clip and self.lines else 0

    @property
    def text(self) -> str:
        """The whole text, one line after the other."""
        return " ".join(line.text for line in self.lines)


@dataclass(frozen=True, slots=True)
class Option:
    """A choice as it is offered: its key, and its words in the language being heard."""

    key: str
    text: str
    is_default: bool = False
    correct: bool | None = None


def read_passage(story: Story, node: Node, variant: Variant) -> Passage:
    """Return `node` as it is heard in `variant`."""
    rendering = text_for(node.text, variant, story.source_language)
    clip = clip_for(node, variant)
    duration_ms = clip.duration_ms if clip else reading_ms(rendering.text)
    timings = clip.timings if clip else Timings()
    character = story.characters.get(node.character or "")
    lines = lines_of(rendering.text, timings, duration_ms)
    return Passage(
        node_id=node.id,
        key=node.key,
        speaker=character.name if character else "",
        character=node.character,
        lines=lines,
        translation=_translation(story, node, rendering.language, len(lines)),
        language=rendering.language,
        mix=variant.mix if rendering.language == variant.language else 0.0,
        is_stand_in=rendering.is_stand_in,
        is_end=node.is_end,
        duration_ms=duration_ms,
        clip=clip,
    )


def _translation(story: Story, node: Node, language: str, lines: int) -> tuple[str, ...]:
    source = story.source_language
    if source == language or source not in node.text:
        return ()
    text = node.text[source]
    spans = sentence_spans(text)
    return tuple(text[a:b] for a, b in spans) if len(spans) == lines else (text,)
