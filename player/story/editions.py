"""What stands above the nodes of a story file: editions and characters."""

from __future__ import annotations

from typing import Final

from player.story.cleaning import quoted
from player.story.clips import TEXT_KEY
from player.story.fields import LANGUAGE, MAX_LANGUAGE, SLUG, Fields, Path
from player.story.graph import Character, Edition, catalogue_id
from player.story.problems import Problems
from player.story.source import Table

FORMATS: Final = ("narrative", "podcast", "educational")
DIFFICULTIES: Final = ("lexical-heavy", "discourse-heavy")
EDITION_KEYS: Final = (
    "title",
    "description",
    "format",
    "genre",
    "topic",
    "difficulty",
    "difficulty_score",
    "locale",
)
CHARACTER_KEYS: Final = ("name", "voice_profile", "bulbul_speaker", "description")
MAX_TITLE: Final = 200
MAX_TEXT: Final = 10_000


def read_editions(fields: Fields) -> dict[str, Edition]:
    """Read `editions`: one for each language."""
    table = fields.mapping("editions", required=True)
    if table is None:
        return {}
    if not table.entries:
        fields.error("editions", "empty", "has no edition")
    inner = Fields(table, (*fields.path, "editions"), fields.problems, table.entries)
    found = {}
    for language in table.entries:
        if not LANGUAGE.fullmatch(language) or len(language) > MAX_LANGUAGE:
            said = f"{quoted(language)} is no language code like hi or hi-mixed"
            if TEXT_KEY.fullmatch(language):
                said = f"{quoted(language)}: an edition is a language; its texts have the mix"
            inner.error(language, "bad-language", said)
        elif (below := inner.mapping(language, required=True)) is not None:
            path = (*inner.path, language)
            found[language] = read_edition(
                Fields(below, path, fields.problems, EDITION_KEYS), language
            )
    return found


def read_edition(fields: Fields, language: str, kind: str = "format") -> Edition:
    """Read one edition; `kind` is the key under which its format stands."""
    return Edition(
        language=language,
        title=fields.text("title", MAX_TITLE, required=True) or "",
        description=fields.text("description", MAX_TEXT) or "",
        format=fields.one_of(kind, FORMATS, "narrative") or "narrative",
        genre=fields.text("genre", 100),
        topic=fields.text("topic", 200),
        difficulty=fields.one_of("difficulty", DIFFICULTIES, "lexical-heavy") or "lexical-heavy",
        difficulty_score=fields.number("difficulty_score", least=0, most=1, decimals=2),
        locale=fields.text("locale", 10),
    )


def read_characters(fields: Fields, slug: str) -> dict[str, Character]:
    """Read `characters`, the voices of the story."""
    table = fields.mapping("characters")
    if table is None:
        return {}
    inner = Fields(table, (*fields.path, "characters"), fields.problems, table.entries)
    found = {}
    for key in table.entries:
        if not SLUG.fullmatch(key) or len(key) > 50:  # noqa: PLR2004 - characters.slug
            said = f"{quoted(key)} must be of a-z, 0-9 and single hyphens, at most 50 characters"
            inner.error(key, "bad-slug", said)
        elif (below := inner.mapping(key, required=True)) is not None:
            found[key] = read_character(below, (*inner.path, key), fields.problems, (slug, key))
    return found


def read_character(
    table: Table, path: Path, problems: Problems, place: tuple[str, str]
) -> Character:
    """Read one character; `place` is the slug of the story and that of the character."""
    fields = Fields(table, path, problems, CHARACTER_KEYS)
    story, slug = place
    return Character(
        id=catalogue_id(story, "character", slug),
        slug=slug,
        name=fields.text("name", 100, required=True) or slug,
        voice_profile=fields.text("voice_profile", 50, required=True) or "",
        speaker=fields.slug("bulbul_speaker", 50, required=True) or "",
        description=fields.text("description", MAX_TEXT) or "",
    )
