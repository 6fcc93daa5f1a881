"""Words that can be clicked, in the colours that they have."""

from __future__ import annotations

from rich.style import Style
from textual.widgets import Static


class Ways(Static):
    """Shows parts with an action as they are, and on a ground of their own below the mouse."""

    DEFAULT_CSS = """
    Ways {
        link-style-hover: none;
        link-color-hover: $foreground;
        link-background-hover: $panel;
    }
    """

    @property
    def link_style(self) -> Style:
        """Nothing: Textual lays the style of links over all others."""
        return Style.null()
