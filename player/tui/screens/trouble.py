"""Something needed could not be opened: what, why, and the ways out."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container
from textual.content import Content
from textual.screen import ModalScreen
from textual.style import Style
from textual.widgets import Static

from player.tui import keys
from player.tui.script import show
from player.tui.scripted import key_of
from player.tui.widgets.ways import Ways


class TroubleScreen(ModalScreen[bool]):
    """Is dismissed with True: try again; False: leave."""

    CSS_PATH = "trouble.tcss"
    BINDINGS: ClassVar[list[BindingType]] = list(keys.TROUBLE)
    AUTO_FOCUS = ""

    def __init__(self, sentence: str) -> None:
        super().__init__()
        self._sentence = sentence

    def compose(self) -> ComposeResult:
        """Make the dialog."""
        with Container() as box:
            box.border_title = "This did not work"
            yield Static(Content(show(self._sentence)))
            ways = (self._way("again", "try again"), self._way("leave", "leave"))
            yield Ways(Content("     ").join(ways), id="ways")

    def _way(self, action: str, words: str) -> Content:
        """Return a way out with its key; a click on it goes there."""
        key = (f"{key_of(self, f'trouble.{action}')} ", "bold $primary")
        return Content.assemble(key, words).stylize(Style.from_meta({"@click": f"screen.{action}"}))

    def action_again(self) -> None:
        """Try once more."""
        self.dismiss(True)

    def action_leave(self) -> None:
        """Leave."""
        self.dismiss(False)
