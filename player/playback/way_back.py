"""The way back from a bookmark: where the listener was before, until something newer happens."""

from __future__ import annotations

from player.events import ChoiceTaken, Event, StoryOpened, SwitchPlanned, VariantChanged
from player.recording.marking import Bookmark


class WayBack:
    """Remembers one place; forgets it when there is something newer to be taken back."""

    def __init__(self) -> None:
        self._place: Bookmark | None = None

    def follow(self, event: Event) -> None:
        """Forget the place after a choice, a change of language or mix, or another opening."""
        if isinstance(event, StoryOpened | ChoiceTaken | SwitchPlanned | VariantChanged):
            self._place = None

    def keep(self, place: Bookmark) -> None:
        """Remember where the listener was."""
        self._place = place

    def take(self) -> Bookmark | None:
        """Return the place, once."""
        place, self._place = self._place, None
        return place
