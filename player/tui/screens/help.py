"""Help: the keys of the screen below, from its bindings; a click does what the key does."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import ClassVar

from textual import getters
from textual.app import ComposeResult
from textual.binding import ActiveBinding, Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.dom import DOMNode
from textual.events import Click
from textual.screen import ModalScreen
from textual.style import Style

from player.tui import keys
from player.tui.keys.binding import Chosen, keys_of
from player.tui.keys.naming import UNBOUND
from player.tui.scripted import key_of
from player.tui.widgets.ways import Ways
from player.tui.wrapping import wrap

KEYS_WIDTH, KEYS_WIDTH_NARROW = 20, 10
WIDTH, MOST_OF_IT = 76, 0.96
PADDING, PADDING_NARROW = 3, 1
FRAME = 3
"""Columns of the border and of the scroll bar; all of these as in help.tcss."""

NARROW_BELOW = 60
"""Width below which less of a row is left to the keys."""


class HelpScreen(ModalScreen[None]):
    """Closes with the key that opened it, and with a click beside it or on its frame."""

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
        self._ways: dict[str, tuple[DOMNode, str]] = {}
        for key, (node, binding, is_enabled, _) in active.items():
            bound.setdefault(binding.id or "", []).append(key)
            if is_enabled and binding.tooltip:
                self._ways.setdefault(binding.tooltip, (node, binding.action))
        self._width = WIDTH
        self._rows: dict[str, list[str]] = {}
        for line in declared:
            if isinstance(line, Binding) and line.tooltip:
                names = bound.get(line.id or "") or keys_of(line, chosen) or [UNBOUND]
                self._rows.setdefault(line.tooltip, []).extend(names)

    def compose(self) -> ComposeResult:
        """Make the sheet."""
        self._look()
        with VerticalScroll(can_focus=False) as sheet:
            sheet.border_title = "Keys of this screen"
            sheet.border_subtitle = f"{key_of(self, 'help.close')} closes"
            yield Ways(self._sheet())

    def on_resize(self) -> None:
        """Wrap anew: what a key does stands in a column of its own."""
        self._look()
        self.query_one(Ways).update(self._sheet())

    def on_click(self, event: Click) -> None:
        """Close, where beside the sheet or on its frame is clicked."""
        if event.widget is self or event.widget is self.sheet:
            self.action_close()

    def action_do(self, tooltip: str) -> None:
        """Close, and do on the screen below what was clicked."""
        node, action = self._ways[tooltip]
        self.dismiss()
        self.app.call_later(self.app.run_action, action, node)

    def action_close(self) -> None:
        """Go back."""
        self.dismiss()

    def action_scroll(self, rows: int) -> None:
        """Scroll the sheet."""
        self.sheet.scroll_relative(y=rows, animate=False)

    def _look(self) -> None:
        """Find out how much room a row has; known before the first picture, so that it is whole."""
        width = self.app.size.width
        self.set_class(width < NARROW_BELOW, "-narrow")
        padding = PADDING_NARROW if width < NARROW_BELOW else PADDING
        self._width = min(WIDTH, int(width * MOST_OF_IT)) - FRAME - 2 * padding

    def _sheet(self) -> Content:
        is_narrow, width = self.has_class("-narrow"), self._width
        column = KEYS_WIDTH_NARROW if is_narrow else KEYS_WIDTH
        left, rows = " " * column, []
        for tooltip, names in self._rows.items():
            written = _written(names)
            first = f"{written:<{column}}" if len(written) < column else f"{written}\n{left}"
            told = f"\n{left}".join(tooltip[a:b] for a, b in wrap(tooltip, width - column))
            row = Content.assemble((first, "bold $primary"), told)
            if tooltip in self._ways:
                row = row.stylize(Style.from_meta({"@click": ("screen.do", (tooltip,))}))
            rows.append(row)
        return Content("\n").join(rows)


def _written(names: list[str]) -> str:
    if len(names) > 1 and all(name.isdigit() for name in names):
        return f"{names[0]}-{names[-1]}"
    return " ".join(keys.display(name) for name in names)
