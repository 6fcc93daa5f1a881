"""A place to go back to: the state of a story, to the line, and how it was heard."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from player.session import Session
from player.story.state import StoryState


@dataclass(frozen=True, slots=True)
class SavedPlace:
    """Where a listener was in a story; `away_s` is how many seconds ago that was."""

    state: StoryState
    position_ms: int
    language: str
    mix: float
    away_s: float = 0.0

    @classmethod
    def of(cls, session: Session, position_ms: int) -> SavedPlace:
        """Return where the listener is now."""
        variant = session.variant
        return cls(session.state, position_ms, variant.language, variant.mix)

    @classmethod
    def from_json(cls, saved: Mapping[str, Any], away_s: float = 0.0) -> SavedPlace:
        """Return the place saved by `to_json`. Raises ValueError, KeyError or TypeError."""
        return cls(
            state=StoryState.from_json(saved["story"]),
            position_ms=int(saved["position_ms"]),
            language=str(saved["language"]),
            mix=float(saved["mix"]),
            away_s=max(0.0, away_s),
        )

    def to_json(self) -> dict[str, Any]:
        """Return the place as plain JSON values."""
        return {
            "story": self.state.to_json(),
            "position_ms": self.position_ms,
            "language": self.language,
            "mix": self.mix,
        }
