"""Actions that find words in the transcript."""

from __future__ import annotations

from textual import on
from textual.widgets import Input

from player.tui.places import places
from player.tui.screens.listening.reading import ReadingActions
from player.tui.widgets.find_bar import FindBar
from player.tui.widgets.transcript import Showing


class FindActions(ReadingActions):
    """Goes from one place with the words to the next; the line being heard comes back by itself."""

    _places: tuple[tuple[int, int], ...] = ()
    _place: int = 0

    @property
    def can_find_on(self) -> bool:
        """Whether there is another place to go to."""
        return bool(self._places)

    @on(Input.Changed)
    def find_typed(self, message: Input.Changed) -> None:
        """Go to the first place with what was typed so far."""
        passages = self.transcript.manuscript.passages
        self._places = places(passages, message.value)
        self._place = 0
        self._show_found()

    def action_find(self) -> None:
        """Ask what to find."""
        if self.transcript.showing is not Showing.ALL:
            self.transcript.showing = Showing.ALL
            self._wish(lambda c: c.note("transcript_toggled", showing=Showing.ALL.value))
        self.query_one(FindBar).open()

    def action_find_on(self, step: int) -> None:
        """Go to the next place (1), or the one before (-1)."""
        if self._places:
            self._place = (self._place + step) % len(self._places)
            self._show_found()

    def action_find_keep(self) -> None:
        """Close the line and stay where the words are."""
        self.query_one(FindBar).close()

    def action_find_close(self) -> None:
        """Close the line and go back to the line being heard."""
        self._places = ()
        self.query_one(FindBar).close()
        self.transcript.show_found(None)
        self.refresh_bindings()

    def _show_found(self) -> None:
        self.query_one(FindBar).tell(self._place, len(self._places))
        self.transcript.show_found(self._places[self._place] if self._places else None)
        self.refresh_bindings()
