"""Help: the keys of the screen below, from its bindings themselves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import ClassVar

from textual import getters
from textual.app import ComposeResult
from textual.binding import ActiveBinding, Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from player.tui import keys
from player.tui.keys.binding import Chosen, keys_of
from player.tui.keys.naming import UNBOUND
from player.tui.scripted import key_of

KEYS_WIDTH = 20


class HelpScreen(ModalScreen[None]):
    """Closes with the key that opened it."""

    CSS_PATH = "help.tcss"
    BINDINGS: ClassVar[list[BindingType]] = list(keys.HELP)
    AUTO_FOCUS = ""

    sheet = getters.query_one(VerticalScroll)

    def __init__(
        self, declared: Iterable[BindingType], active: Mapping[str, ActiveBinding], chosen: Chosen
    ) -> None:
        """Take what a screen declares, what of it is active now, and the keys bound anew."""
        super().__init__()
        bound: dict[str, list[str]] = {}
        for key, (_, binding, _, _) in active.items():
            bound.setdefault(binding.id or "", []).append(key)
        self._rows: dict[str, list[str]] = {}
        for line in declared:
            if isinstance(line, Binding) and line.tooltip:
                names = bound.get(line.id or "") or keys_of(line, chosen) or [UNBOUND]
                self._rows.setdefault(line.tooltip, []).extend(names)

    def compose(self) -> ComposeResult:
        """Make the sheet."""
        with VerticalScroll(can_focus=False) as sheet:
            sheet.border_title = "Keys of this screen"
            sheet.border_subtitle = f"{key_of(self, 'help.close')} closes"
            yield Static(self._sheet(), markup=False)

    def action_close(self) -> None:
        """Go back."""
        self.dismiss()

    def action_scroll(self, rows: int) -> None:
        """Scroll the sheet."""
        self.sheet.scroll_relative(y=rows, animate=False)

    def _sheet(self) -> Content:
        rows = [
            Content.assemble((f"{_written(names):<{KEYS_WIDTH}}", "bold $primary"), tooltip)
            for tooltip, names in self._rows.items()
        ]
        return Content("\n").join(rows)


def _written(names: list[str]) -> str:
    if len(names) > 1 and all(name.isdigit() for name in names):
        return f"{names[0]}-{names[-1]}"
    return " ".join(keys.display(name) for name in names)
