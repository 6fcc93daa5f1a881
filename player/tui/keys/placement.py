"""Keys of a placement: of its offer, and where it differs from a story."""

from __future__ import annotations

from typing import Final

from player.tui.keys.naming import key

PLACEMENT: Final = (
    key("placement.begin", "enter,y", "answer(True)", "begin", "Find your level", shown=True),
    key(
        "placement.not-now",
        "s,n",
        "answer(False)",
        "not now",
        "Open the story; the palette (ctrl+p) has this at any time",
        shown=True,
    ),
    key("placement.close", "escape,q", "close", "library", "Back to the library", shown=True),
)
