"""Rows of the screen on which the story of the lamp is heard."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.player.tui.conftest import Visitor

FIRST, SECOND, THIRD = "तेज़ हवा", "दादाजी का दीया बुझ", "सारा घर"
QUESTION = "मैं इसे फिर"
RUN = "जितना तेज़ हो सके"


def marked(listener: Visitor) -> str:
    """Return the row with the mark of the line being heard."""
    rows = [row for row in listener.sees.splitlines() if row.startswith("  ▌")]
    return rows[0] if rows else ""


def facts(listener: Visitor) -> str:
    """Return the status row."""
    return listener.sees.splitlines()[-2]
