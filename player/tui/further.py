"""What to look for in the shared catalogue, from what narrows the library."""

from __future__ import annotations

from player.languages import language_code
from player.tui import wording
from player.tui.filters import Chosen, Filter
from player.tui.services import Further


def further(query: str, chosen: Chosen) -> Further:
    """Return what to look for; a filter with several values, or of the listener's own, is left out.

    What comes is narrowed here again, so that what is left out costs a longer way and no more.
    """
    values = {
        name: choices[0].value for name, choices in chosen.by_filter().items() if len(choices) == 1
    }
    return Further(
        query=query.strip(),
        language=language_code(values.get(Filter.LANGUAGE, "")),
        age_range=values.get(Filter.AGES),
        region=values.get(Filter.REGION),
        format=wording.format_called(values.get(Filter.FORMAT)),
        genre=values.get(Filter.GENRE),
        difficulty=wording.difficulty_called(values.get(Filter.DIFFICULTY)),
    )
