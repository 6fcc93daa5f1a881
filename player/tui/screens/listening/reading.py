"""Actions on what is read: the transcript, its translation, and its letters."""

from __future__ import annotations

from player.tui.columns import SIDE_BY_SIDE_FROM
from player.tui.screens.listening.parts import ListeningParts
from player.tui.widgets.transcript import Showing

NO_TRANSLATION = "There is no translation of this passage."


class ReadingActions(ListeningParts):
    """What a listener reads along."""

    def action_transcript(self) -> None:
        """Show all of the transcript, none, or this line only."""
        order = list(Showing)
        self.transcript.showing = order[(order.index(self.transcript.showing) + 1) % len(order)]
        showing = self.transcript.showing.value
        self._wish(lambda c: c.note("transcript_toggled", showing=showing))

    def action_translation(self) -> None:
        """Show the translation of this line, or hide it."""
        if (is_shown := self.transcript.translate()) is None:
            self._say(NO_TRANSLATION)
        elif is_shown:
            self._wish(lambda c: c.note("translation_shown"))

    def action_side_by_side(self) -> None:
        """Show the translation of every line, or hide it."""
        transcript = self.transcript
        if not transcript.is_translated and not transcript.manuscript.can_translate:
            self._say(NO_TRANSLATION)
            return
        transcript.is_translated = not transcript.is_translated
        if transcript.is_translated:
            how = "beside" if self.size.width >= SIDE_BY_SIDE_FROM else "below"
            self._wish(lambda c: c.note("translation_shown", of="all", how=how))
        else:
            self._wish(lambda c: c.note("translation_shown", of="none"))

    def action_romanise(self) -> None:
        """Show lines in Indian scripts in Latin letters too, or no longer."""
        transcript = self.transcript
        if not transcript.is_romanised and not transcript.manuscript.can_romanise:
            self._say("These lines are in Latin letters already.")
            return
        transcript.is_romanised = not transcript.is_romanised
