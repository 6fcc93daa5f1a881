"""The filters that are on, in words; made when the first is chosen."""

from __future__ import annotations

from rich.cells import cell_len
from textual.content import Content
from textual.reactive import reactive
from textual.style import Style
from textual.widget import Widget

from player.tui.filters import Choice, Chosen
from player.tui.script import show
from player.tui.wrapping import fit

EDGE = 2
LABEL = "Only "


class FilterRow(Widget):
    """One row; a click on a filter takes it away."""

    DEFAULT_CSS = """
    FilterRow {
        height: 1;
        margin: 1 0 0 0;
        background: $background;
        color: $foreground 75%;
        link-style: none;
        link-color: $foreground;
        link-background: $panel;
        link-style-hover: none;
        link-color-hover: $foreground;
        link-background-hover: $surface;
    }
    """

    chosen: reactive[Chosen] = reactive(Chosen())
    """The filters that are on."""

    def __init__(self, clear_key: str) -> None:
        super().__init__()
        self._clear_key = clear_key

    def render(self) -> Content:
        """Return the row: as many filters as fit, how many more there are, and the way out."""
        clear = Content.assemble((self._clear_key, "bold $primary"), " clears all")
        clear = clear.stylize(Style.from_meta({"@click": "screen.clear_filters"}))
        room = self.size.width - 2 * EDGE - len(LABEL) - clear.cell_length - 2
        parts = [Content(f"{' ' * EDGE}{LABEL}")]
        texts = self._texts()
        for number, (joint, choice, text) in enumerate(texts):
            left = len(texts) - number
            needed = cell_len(joint) + cell_len(text) + (len(f" +{left - 1}") if left > 1 else 0)
            if needed > room:
                parts.append(Content(f" +{left}"))
                break
            room -= cell_len(joint) + cell_len(text)
            parts += [Content(joint), _chip(choice, text)]
        return Content("").join([*parts, Content("  "), clear])

    def _texts(self) -> list[tuple[str, Choice, str]]:
        """Return what stands before each filter, the filter, and its words."""
        texts: list[tuple[str, Choice, str]] = []
        for choices in self.chosen.by_filter().values():
            for number, choice in enumerate(choices):
                joint = " or " if number else "  " if texts else ""
                texts.append((joint, choice, f" {fit(show(choice.value), 30)} x "))
        return texts


def _chip(choice: Choice, text: str) -> Content:
    action = ("screen.toggle_filter", (choice.filter.name, choice.value))
    return (
        Content(text).stylize("$foreground on $panel").stylize(Style.from_meta({"@click": action}))
    )
