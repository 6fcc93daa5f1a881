"""How far back a listener goes on after a pause: the longer it was, the further."""

from __future__ import annotations

from typing import Final

from player.story.lines import Line, line_at

AT_ONCE_SECONDS: Final = 3.0
"""A pause under this is no pause: the listener goes on where they stopped."""

_LINES_BACK: Final = ((86_400.0, 2), (600.0, 1))
"""After so many seconds, this many lines before the one that was being heard."""

LONG_AWAY_SECONDS: Final = 43_200.0
"""After half a day what happened so far is told again: the next evening may be an earlier one."""


def resume_at(lines: tuple[Line, ...], position_ms: int, away_s: float) -> int:
    """Return where in the passage to go on, in ms, after `away_s` seconds.

    The start of the line that was being heard, or of one or two lines before it; never before the
    passage, so never across a choice. The first line starts with the clip.
    """
    if away_s < AT_ONCE_SECONDS or not lines:
        return position_ms
    back = next((count for seconds, count in _LINES_BACK if away_s >= seconds), 0)
    return start_of(lines, line_at(lines, position_ms) - back)


def start_of(lines: tuple[Line, ...], index: int) -> int:
    """Return where line `index` starts, in ms; the first one starts with the clip."""
    return lines[index].start_ms if 0 < index < len(lines) else 0
