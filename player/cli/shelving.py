"""Stories of the store in the words of the library screen."""

from __future__ import annotations

from db.records import CatalogueEntry
from player.story.cleaning import cleaned
from player.tui.services import Shelved


def shelved(entry: CatalogueEntry, language: str | None) -> Shelved:
    """Return a story as the library shows it to whoever prefers `language`."""
    first = language if language in entry.titles else next(iter(entry.titles), "")
    others = [code for code in entry.titles if code != first]
    return Shelved(
        slug=entry.slug,
        title=cleaned(entry.titles.get(first or "", entry.slug)),
        subtitle=cleaned(entry.titles.get("en", "")) if first != "en" else "",
        description=cleaned(entry.descriptions.get(first or "", "")),
        languages=(first or "", *others),
        duration_sec=entry.duration_sec,
        percentage=entry.percentage,
        is_completed=entry.is_completed,
        reaction=entry.reaction,
        is_bookmarked=entry.is_bookmarked,
        last_played_at=entry.last_played_at,
        format=entry.format,
        genre=entry.genre,
        age_range=entry.age_range,
        region=entry.region,
    )
