"""How stories were heard, out of the event log: to an end, or left on the way."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from player.learner.taste import Hearing, Kind, Traits
from player.learner.traces import Trace, number, word

PLACEMENT: Final = "placement-"
"""What the slug of a placement begins with; how one is heard says nothing about taste."""

_WHOLE: Final = 100.0


@dataclass(slots=True)
class _Heard:
    """One story in one sitting: the first ending that was heard, or how far it was left."""

    finished: Hearing | None = None
    left: Hearing | None = None


class Hearings:
    """Owns what a listener's hearings were; events may come in any order, and more than once.

    A story counts once in a sitting: as finished where an ending was heard, else as left at the
    farthest share. A story that was ever finished is not disliked for being left another time,
    and one that was taken up again counts only as it was left last.
    """

    def __init__(self) -> None:
        self._found: dict[tuple[str, str], _Heard] = {}

    def add(self, trace: Trace) -> bool:
        """Take in an event; return whether it may tell something. Costs a microsecond."""
        if trace.kind == "complete" and trace.context.get("is_ending") is True:
            left_at = None
        elif trace.kind == "abandon" and (far := number(trace.context, "percentage")) is not None:
            left_at = min(max(far / _WHOLE, 0.0), 1.0)
        else:
            return False
        slug = word(trace.traits, "slug")
        if not slug or slug.startswith(PLACEMENT):
            return False
        heard = self._found.setdefault((slug, trace.session_id), _Heard())
        hearing = Hearing(id=trace.id, at=trace.at, traits=traits_of(trace.traits), left_at=left_at)
        if left_at is None:
            heard.finished = min(heard.finished or hearing, hearing, key=_moment)
        else:
            heard.left = max(heard.left or hearing, hearing, key=_farthest)
        return True

    def __iter__(self) -> Iterator[Hearing]:
        """Return the hearings that count, in no order."""
        finished = {slug for (slug, _), heard in self._found.items() if heard.finished}
        left: dict[str, Hearing] = {}
        for (slug, _), heard in self._found.items():
            if heard.finished is not None:
                yield heard.finished
            elif heard.left is not None and slug not in finished:
                left[slug] = max(left.get(slug, heard.left), heard.left, key=_moment)
        yield from left.values()


def traits_of(told: Mapping[str, Any]) -> Traits:
    """Return what of a story's genre, topic and format is told in JSON."""
    return {kind: word(told, kind.value) or None for kind in Kind}


def _moment(hearing: Hearing) -> tuple[datetime, str]:
    return hearing.at, hearing.id


def _farthest(hearing: Hearing) -> tuple[float, datetime, str]:
    return hearing.left_at or 0.0, hearing.at, hearing.id
