"""What to look for in the shared catalogue, from what narrows the library."""

from __future__ import annotations

from typing import Final

from player.languages import language_code
from player.tui import wording
from player.tui.filters import Chosen, Filter
from player.tui.services import Further

ELSEWHERE: Final = {Filter.YOURS: "new", Filter.SOUND: "not downloaded"}
"""What alone a story may be that is not here, of the filters that no other machine knows."""


def further(query: str, chosen: Chosen) -> Further | None:
    """Return what to look for, None where only a story that is here can be that.

    A filter with several values, or of the listener's own, is left out. What comes is narrowed
    here again, so that what is left out costs a longer way, and after some of it is given up.
    """
    on = chosen.by_filter()
    for name, value in ELSEWHERE.items():
        if name in on and value not in {choice.value for choice in on[name]}:
            return None
    values = {name: choices[0].value for name, choices in on.items() if len(choices) == 1}
    return Further(
        query=query.strip(),
        language=language_code(values.get(Filter.LANGUAGE, "")),
        age_range=values.get(Filter.AGES),
        region=values.get(Filter.REGION),
        format=wording.format_called(values.get(Filter.FORMAT)),
        genre=values.get(Filter.GENRE),
        difficulty=wording.difficulty_called(values.get(Filter.DIFFICULTY)),
    )
