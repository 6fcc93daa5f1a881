"""The border for stories that come out of PostgreSQL: texts are cleaned, ids stay as they are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Any

from db.errors import StoryRefusedError
from db.records import ContentRecord, StoryRecord
from player.errors import KahaniError
from player.library.handmade import completed
from player.library.restoring import episode_from_record, from_record
from player.story.cleaning import cleaned, quoted
from player.story.fields import SLUG


def key(text: str) -> str:
    """Return what a story of these titles and descriptions is found by, wherever it lies."""
    from player.roman import search_key  # noqa: PLC0415 - 20 ms, and seldom anything is published

    return search_key(text)


class StoryBorder:
    """Lets stories in that can be told. Raises StoryRefusedError for any other."""

    def story(self, record: StoryRecord) -> StoryRecord:
        """Return a story as it may be kept."""
        _check_slug(record.slug)
        whole: StoryRecord = _cleaned(record)
        try:
            from_record(completed(whole))
        except (KahaniError, ValueError, KeyError, TypeError) as error:
            raise StoryRefusedError(f"{record.slug} cannot be told: {error}") from error
        return whole

    def episode(self, record: ContentRecord) -> ContentRecord:
        """Return an episode as it may be kept."""
        _check_slug(record.id)
        whole: ContentRecord = _cleaned(record)
        try:
            episode_from_record(whole)
        except (KahaniError, ValueError, KeyError, TypeError) as error:
            raise StoryRefusedError(f"{record.id} cannot be told: {error}") from error
        return whole


def _check_slug(slug: str) -> None:
    if not SLUG.fullmatch(slug):
        raise StoryRefusedError(f"{quoted(slug)} is no name of a story.")


def _cleaned(value: Any) -> Any:
    """Return a record, or a value of one, with every text in it cleaned; keys of JSON too."""
    if isinstance(value, str):
        return cleaned(value)
    if isinstance(value, Mapping):
        return {_cleaned(key): _cleaned(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(_cleaned(inner) for inner in value)
    if is_dataclass(value) and not isinstance(value, type):
        changed = {f.name: _cleaned(getattr(value, f.name)) for f in fields(value)}
        return replace(value, **changed)
    return value
