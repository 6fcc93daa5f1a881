"""The action that shows the line being heard as a drawn caption."""

from __future__ import annotations

from textual import getters

from player.errors import MissingPartError
from player.story.graph import Span
from player.story.lines import Line
from player.tui.captions.caption import Caption
from player.tui.screens.listening.parts import ListeningParts
from player.tui.settled import SettledApp
from player.tui.workers import begin


class CaptionActions(ListeningParts):
    """Whoever cannot read the letters of the terminal has them drawn."""

    caption = getters.query_one(Caption)

    def action_caption(self) -> None:
        """Draw the line being heard, large and as its script is written; or no longer."""
        if self.caption.is_open:
            self.caption.close()
            self.remove_class("-captioned")
        else:
            begin(self, self._open_caption, group="wishes")

    async def _open_caption(self) -> None:
        wanted = self.app.settings.caption if isinstance(self.app, SettledApp) else "auto"
        try:
            is_open = await self.caption.open(wanted)
        except MissingPartError as error:
            self.notify(str(error), severity="error", markup=False)
            return
        if is_open:
            self.add_class("-captioned")
            self.look()
        else:
            self._say("Drawn captions are off in the settings.")

    def look(self) -> None:
        """Show where the listener is: the screen does it."""

    def _caption(self, line: Line, word: Span | None) -> None:
        """Draw this line and mark this word, where a caption is open."""
        if self.caption.is_open and self._passage is not None:
            self.caption.show_line(line.text, self._passage.language)
            self.caption.show_word(word.start if word else 0, word.end if word else 0)
