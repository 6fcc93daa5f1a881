"""Indian scripts in a terminal: what the screen measures, what is painted, what is copied."""

from __future__ import annotations

import os
from functools import cache

from player.tui.script.encoding import decode, encode

__all__ = ["plain", "show"]


@cache
def _is_painted() -> bool:
    """Tell whether our driver will paint: not where the environment names another one."""
    return not os.environ.get("TEXTUAL_DRIVER")


def show(text: str) -> str:
    """Encode text of a story for any widget. Not for what the listener types."""
    return encode(text) if _is_painted() else text


def plain(encoded: str) -> str:
    """Turn text that came from a widget (selection, copy) back into real text."""
    return decode(encoded)
