"""Help: the keys of the screen below, from its bindings themselves."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual import getters
from textual.app import ComposeResult
from textual.binding import ActiveBinding, Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from player.tui import keys

KEYS_WIDTH = 20


class HelpScreen(ModalScreen[None]):
    """Closes with the key that opened it."""

    CSS_PATH = "help.tcss"
    BINDINGS: ClassVar[list[BindingType]] = list(keys.HELP)
    AUTO_FOCUS = ""

    sheet = getters.query_one(VerticalScroll)

    def __init__(self, bindings: Iterable[ActiveBinding]) -> None:
        super().__init__()
        self._listed = [active.binding for active in bindings if active.binding.tooltip]

    def compose(self) -> ComposeResult:
        """Make the sheet."""
        with VerticalScroll(can_focus=False) as sheet:
            sheet.border_title = "Keys of this screen"
            sheet.border_subtitle = "esc closes"
            yield Static(self._rows(), markup=False)

    def action_close(self) -> None:
        """Go back."""
        self.dismiss()

    def action_scroll(self, rows: int) -> None:
        """Scroll the sheet."""
        self.sheet.scroll_relative(y=rows, animate=False)

    def _rows(self) -> Content:
        named: dict[str, list[Binding]] = {}
        for binding in self._listed:
            named.setdefault(binding.tooltip, []).append(binding)
        rows = [
            Content.assemble((f"{self._keys(bindings):<{KEYS_WIDTH}}", "bold $primary"), tooltip)
            for tooltip, bindings in named.items()
        ]
        return Content("\n").join(rows)

    def _keys(self, bindings: list[Binding]) -> str:
        names = list(dict.fromkeys(self.app.get_key_display(binding) for binding in bindings))
        if len(names) > 1 and all(name.isdigit() for name in names):
            return f"{names[0]}-{names[-1]}"
        return " ".join(names)
