"""What a listener likes: read out of their likes and of how their hearings ended."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final

from db.records import LikeRecord
from player.learner.hearings import PLACEMENT, Hearings, traits_of
from player.learner.taste import LIKED, Kind, Reaction, Taste, taste
from player.learner.traces import Trace, settled, word

NO_TASTE: Final = Taste()


class Liking:
    """Owns what shows a listener's taste; the same likes and events tell the same, in any order.

    `add` and `react` cost microseconds; `taste` costs some for each story that was heard, where
    something came since it was last asked.
    """

    def __init__(self, likes: Iterable[LikeRecord] = (), traces: Iterable[Trace] = ()) -> None:
        self._hearings = Hearings()
        self._likes: Sequence[LikeRecord] = tuple(likes)
        self._own: dict[tuple[str, str], LikeRecord] = {}
        self._taste: Taste | None = None
        ends = (trace for trace in traces if trace.kind in ("complete", "abandon"))
        for trace in settled(ends):
            self._hearings.add(trace)

    def add(self, trace: Trace) -> None:
        """Take in an event of the sound."""
        if self._hearings.add(trace):
            self._taste = None

    def react(self, like: LikeRecord) -> None:
        """Take in a like, or its taking back, that comes after all that are stored by now."""
        key = _key(like)
        stored = next((one for one in self._likes if _key(one) == key), None)
        self._own.pop(key, None)
        if stored is None or reaction_of(stored) != reaction_of(like):
            self._own[key] = like
        self._taste = None

    def renew(self, likes: Sequence[LikeRecord]) -> None:
        """Take in all likes as they are stored, the last one last; what is not there yet stays."""
        told = {_key(like): reaction_of(like) for like in likes}
        self._own = {k: like for k, like in self._own.items() if reaction_of(like) != told.get(k)}
        if likes != self._likes:
            self._likes = likes
            self._taste = None

    def taste(self, now: datetime) -> Taste:
        """Return the taste that all this shows.

        What is long ago fades; it fades until the last thing that was told, so that nothing hangs
        on when this is asked. A time after `now` counts as `now`.
        """
        if self._taste is None:
            reactions, hearings = list(self._reactions().values()), list(self._hearings)
            told = [*(each.at for each in reactions), *(each.at for each in hearings)]
            self._taste = taste(reactions, hearings, now=min(max(told), now)) if told else NO_TASTE
        return self._taste

    def liked(self) -> Mapping[Kind, Mapping[str, int]]:
        """Return how many stories are liked now, by genre, topic and format."""
        found: dict[Kind, Counter[str]] = {kind: Counter() for kind in Kind}
        for reaction in self._reactions().values():
            for kind, name in reaction.traits.items():
                if reaction.reaction in LIKED and name:
                    found[kind][name] += 1
        return found

    def finished(self) -> Mapping[Kind, Mapping[str, int]]:
        """Return how many hearings went to an end, by genre, topic and format."""
        found: dict[Kind, Counter[str]] = {kind: Counter() for kind in Kind}
        for hearing in self._hearings:
            for kind, name in hearing.traits.items():
                if hearing.left_at is None and name:
                    found[kind][name] += 1
        return found

    def _reactions(self) -> dict[str, Reaction]:
        """Return the last reaction to each story."""
        found: dict[str, Reaction] = {}
        stored = [like for like in self._likes if _key(like) not in self._own]
        for like in (*stored, *self._own.values()):
            reaction = reaction_of(like)
            if reaction is not None:
                found[reaction.content] = reaction
        return found


def reaction_of(like: LikeRecord) -> Reaction | None:
    """Return a like as the learner reads it; None where it says nothing of taste."""
    slug = word(like.content_characteristics, "slug") or like.content_id
    at = like.liked_at if like.liked else like.unliked_at
    at = at or like.unliked_at or like.liked_at
    if at is None or slug.startswith(PLACEMENT):
        return None
    return Reaction(
        id=f"{like.content_id}/{like.session_id}",
        content=slug,
        at=at,
        reaction=(like.reaction_type or "like") if like.liked else None,
        traits=traits_of(like.content_characteristics),
    )


def _key(like: LikeRecord) -> tuple[str, str]:
    return like.content_id, like.session_id
