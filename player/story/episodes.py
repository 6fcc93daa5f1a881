"""A linear episode: a story of one node, told from its beginning to its end."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from player.story.editions import MAX_TEXT, read_character, read_edition
from player.story.fields import Fields
from player.story.graph import Character, Node, NodeType, Story, catalogue_id
from player.story.problems import Problems
from player.story.source import MAX_BYTES, Table

EPISODE_NODE: Final = "episode"
SPEAKER: Final = "speaker"
EPISODE_KEYS: Final = (
    "format",
    "slug",
    "language",
    "locale",
    "title",
    "description",
    "kind",
    "genre",
    "topic",
    "difficulty",
    "difficulty_score",
    "age_range",
    "region",
    "moral",
    "credits",
    "series",
    "speaker",
    "text",
    "say",
    "translation",
)


def read_episode(tree: Table, problems: Problems, check_format: Callable[[Fields], None]) -> Story:
    """Read the top of an episode.yaml; a best effort where `problems` has errors."""
    fields = Fields(tree, (), problems, EPISODE_KEYS)
    check_format(fields)
    slug = fields.slug("slug", 100, required=True) or ""
    language = fields.language("language") or ""
    speaker = _speaker(fields, slug)
    translation = fields.texts("translation")
    edition = read_edition(fields, language, kind="kind")
    series_id, episode_number = _series(fields)
    text = fields.text("text", MAX_BYTES, required=True)
    say = fields.text("say", MAX_BYTES)
    if language in translation:
        fields.error("translation", "bad-language", f"{language} is the language of the episode")
    node = Node(
        id=catalogue_id(slug, EPISODE_NODE),
        key=EPISODE_NODE,
        type=NodeType.END,
        text={**({language: text} if text else {}), **translation},
        character=SPEAKER if speaker else None,
        say={language: say} if say else {},
    )
    return Story(
        id=catalogue_id(slug),
        slug=slug,
        age_range=fields.text("age_range", 20, required=True) or "",
        region=fields.text("region", 50, required=True) or "",
        moral=fields.text("moral", MAX_TEXT),
        credits=fields.text("credits", MAX_TEXT),
        source_language=_source_language(language, translation),
        start_id=node.id,
        nodes={node.id: node},
        editions={language: edition} if language else {},
        characters={SPEAKER: speaker} if speaker else {},
        is_linear=True,
        series_id=series_id,
        episode_number=episode_number,
    )


def _source_language(language: str, translation: dict[str, str]) -> str:
    if "en" in translation:
        return "en"
    return next(iter(sorted(translation)), language)


def _speaker(fields: Fields, slug: str) -> Character | None:
    table = fields.mapping("speaker", required=True)
    if table is None:
        return None
    path = (*fields.path, "speaker")
    return read_character(table, path, fields.problems, (slug, SPEAKER))


def _series(fields: Fields) -> tuple[str | None, int | None]:
    table = fields.mapping("series")
    if table is None:
        return None, None
    series = Fields(table, (*fields.path, "series"), fields.problems, ("id", "episode"))
    number = series.number("episode", least=1, most=2**31 - 1)
    return series.slug("id", 255, required=True), int(number) if number is not None else None
