"""Where one listener is in one story: the trail of nodes, frozen and versioned."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final
from uuid import UUID

SAVE_VERSION: Final = 1


@dataclass(frozen=True, slots=True)
class Visit:
    """One pass through a node; `choice_id` is the edge taken out of it, None while still there."""

    node_id: UUID
    choice_id: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryState:
    """The trail from the start to the node being heard, and the way back forward.

    `ahead` holds, nearest first, the visits that were stepped back over. `endings` are the nodes
    of the endings found so far, in any playing of the story.
    """

    slug: str
    content_hash: str
    trail: tuple[Visit, ...]
    ahead: tuple[Visit, ...] = ()
    is_finished: bool = False
    endings: frozenset[UUID] = frozenset()

    @property
    def node_id(self) -> UUID:
        """The node where the listener is."""
        return self.trail[-1].node_id

    def taking(self, choice_id: UUID, next_id: UUID) -> StoryState:
        """Return the state after the edge `choice_id` to `next_id` was taken."""
        here = Visit(self.node_id, choice_id)
        same_way = bool(self.ahead) and self.ahead[0] == Visit(next_id, choice_id)
        ahead = self.ahead[1:] if same_way else ()
        return replace(
            self, trail=(*self.trail[:-1], here, Visit(next_id)), ahead=ahead, is_finished=False
        )

    def back(self) -> StoryState:
        """Return the state one node earlier; the same state at the start."""
        if len(self.trail) == 1:
            return self
        *earlier, before, here = self.trail
        return replace(
            self,
            trail=(*earlier, Visit(before.node_id)),
            ahead=(Visit(here.node_id, before.choice_id), *self.ahead),
            is_finished=False,
        )

    def forward(self) -> StoryState:
        """Return the state one node later along the way that was stepped back; else the same."""
        if not self.ahead:
            return self
        first, *rest = self.ahead
        return replace(
            self,
            trail=(*self.trail[:-1], Visit(self.node_id, first.choice_id), Visit(first.node_id)),
            ahead=tuple(rest),
            is_finished=False,
        )

    def finished(self) -> StoryState:
        """Return the state with the ending here reached."""
        return replace(self, is_finished=True, endings=self.endings | {self.node_id})

    def to_json(self) -> dict[str, Any]:
        """Return the state as plain JSON values."""
        return {
            "version": SAVE_VERSION,
            "slug": self.slug,
            "content_hash": self.content_hash,
            "trail": [_visit_to_json(visit) for visit in self.trail],
            "ahead": [_visit_to_json(visit) for visit in self.ahead],
            "is_finished": self.is_finished,
            "endings": sorted(str(ending) for ending in self.endings),
        }

    @classmethod
    def from_json(cls, saved: Mapping[str, Any]) -> StoryState:
        """Return the state saved by `to_json`.

        Raises ValueError when it was saved by a later program, or is damaged.
        """
        version = saved.get("version")
        if version != SAVE_VERSION:
            raise ValueError(f"saved in format {version}, this program reads {SAVE_VERSION}")
        try:
            return cls(
                slug=saved["slug"],
                content_hash=saved["content_hash"],
                trail=tuple(_visit_from_json(visit) for visit in saved["trail"]),
                ahead=tuple(_visit_from_json(visit) for visit in saved["ahead"]),
                is_finished=bool(saved["is_finished"]),
                endings=frozenset(UUID(ending) for ending in saved["endings"]),
            )
        except (KeyError, TypeError, AttributeError) as error:
            raise ValueError(f"the saved place is damaged: {error!r}") from error


def _visit_to_json(visit: Visit) -> list[str | None]:
    return [str(visit.node_id), str(visit.choice_id) if visit.choice_id else None]


def _visit_from_json(saved: list[str | None]) -> Visit:
    node_id, choice_id = saved
    if node_id is None:
        raise TypeError("a visit without a node")
    return Visit(UUID(node_id), UUID(choice_id) if choice_id else None)
