"""How often each way was taken: by this listener, and by all who chose there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from uuid import UUID


class Trodden:
    """Counts choices on from `counts`, by the choice's id; `shares` are those of all, in percent.

    Shares are known only where enough listeners chose.
    """

    def __init__(self, counts: Mapping[UUID, int], shares: Mapping[UUID, int]) -> None:
        self._counts = Counter(counts)
        self._shares = dict(shares)

    @property
    def counts(self) -> Mapping[UUID, int]:
        """How often this listener took each choice; those never taken are missing."""
        return self._counts

    def take(self, choice_id: UUID) -> None:
        """Note that a choice was taken once more."""
        self._counts[choice_id] += 1

    def share(self, choice_id: UUID) -> int | None:
        """Return how many in a hundred took this choice, None where too few chose."""
        return self._shares.get(choice_id)
