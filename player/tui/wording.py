"""The words of status rows: states, times, languages; Latin digits and ASCII throughout."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Final

from player.languages import language_name

if TYPE_CHECKING:  # the first picture does not wait for it
    from player.events import DownloadChanged

_REACTIONS: Final = {"like": "liked", "love": "loved", "favorite": "a favorite"}
_FORMATS: Final = {"narrative": "story", "podcast": "podcast", "educational": "lesson"}
_DIFFICULTIES: Final = {"lexical-heavy": "many new words", "discourse-heavy": "long thoughts"}
_EASY, _MEDIUM = 0.34, 0.67
FINISHED: Final = 100.0
"""Percentage of a story heard to its end."""

WHOLE: Final = 100
"""Percentage of a clip that is here."""

_TWO_DIGITS: Final = 10
"""Megabytes from which on a tenth of one says nothing."""

_HOUR, _DAY, _WEEK, _MONTH = 3600, 86_400, 604_800, 2_629_800


def language(code: str) -> str:
    """Return a language in words: "hi" is Hindi, "hi-mixed" Hindi + English."""
    return language_name(code)


def languages(codes: Sequence[str], room: int | None = None) -> str:
    """Return languages in words, each once: mixed levels are not languages of their own.

    With `room` given, those that do not fit into so many cells are counted: "Hindi, Tamil +2".
    """
    names = list(dict.fromkeys(language(code.partition("-")[0]) for code in codes))
    for kept in range(len(names), 0, -1):
        more = f" +{len(names) - kept}" if kept < len(names) else ""
        words = ", ".join(names[:kept]) + more
        if room is None or len(words) <= room:
            return words
    return ""


def variant(code: str, mix: float) -> str:
    """Return a language with its share of English, where it has one."""
    return f"{language(code)} {round(100 * mix)} %" if mix else language(code)


def share(mix: float) -> str:
    """Return a share of English: "30 %"."""
    return f"{round(100 * mix)} %"


def speed(factor: float) -> str:
    """Return a speed as 1.0x or 0.85x."""
    return f"{f'{factor:.2f}'.removesuffix('0')}x"


def bookmarks(count: int) -> str:
    """Return how many bookmarks there are; empty without any."""
    return f"{count} bookmark{'' if count == 1 else 's'}" if count else ""


def clock(milliseconds: int) -> str:
    """Return a length of sound as 0:07, 12:40 or 1:02:03."""
    minutes, seconds = divmod(max(0, milliseconds) // 1000, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


def readiness(percent: int | None) -> str:
    """Return whether what follows a choice is here; None: it cannot be had, its words can."""
    if percent is None:
        return "text only"
    return "ready" if percent >= WHOLE else f"fetching {percent:>2} %"


def minutes(seconds: int) -> str:
    """Return about how long a story is; empty where it is not known."""
    if seconds <= 0:
        return ""
    return f"{max(1, round(seconds / 60))} min"


def duration(seconds: float) -> str:
    """Return a time listened: "0 min", "38 min", "4 h 12 min"."""
    minutes = max(round(seconds / 60), 1 if seconds > 0 else 0)
    hours, rest = divmod(minutes, 60)
    return f"{hours:,} h {rest} min" if hours else f"{rest} min"


def progress(percentage: float, *, is_completed: bool) -> str:
    """Return how far a listener is, in words."""
    if percentage >= FINISHED or (is_completed and percentage <= 0):
        return "finished"
    if percentage <= 0:
        return "new"
    heard = f"{max(1, round(percentage))} % heard"
    return f"{heard}, finished before" if is_completed else heard


def reaction(kind: str | None) -> str:
    """Return a like in words; empty without one."""
    return _REACTIONS.get(kind or "", "")


def ago(then: datetime, now: datetime) -> str:
    """Return how long ago something was, roughly."""
    seconds = (now - then).total_seconds()
    if seconds < _HOUR:
        return "just now"
    for unit, word in ((_MONTH, "month"), (_WEEK, "week"), (_DAY, "day"), (_HOUR, "hour")):
        if seconds >= unit:
            count = int(seconds // unit)
            return f"{count} {word}{'s' if count > 1 else ''} ago"
    return "just now"


def endings(found: int, total: int) -> str:
    """Return how many of a story's endings were found."""
    if total <= 1:
        return "You heard it to the end."
    if found >= total:
        return f"All {total} endings found."
    return f"{found} of {total} endings found."


def endings_found(found: int, total: int) -> str:
    """Return how many endings were found, for a row of the library; empty before the first."""
    if found <= 0 or total <= 1:
        return ""
    return f"{min(found, total)} of {total} endings"


def kind_of_format(name: str | None) -> str:
    """Return a format in words; what is not known stays as it is."""
    return _FORMATS.get(name or "", name or "")


def format_called(words: str | None) -> str | None:
    """Return the format that is called so; what is not known stays as it is."""
    return next((name for name, called in _FORMATS.items() if called == words), words)


def difficulty_called(words: str | None) -> str | None:
    """Return what makes a story demanding and is called so; None where nothing is."""
    return next((name for name, called in _DIFFICULTIES.items() if called == words), None)


def difficulty(kind: str | None) -> str:
    """Return what makes a story demanding, in words."""
    return _DIFFICULTIES.get(kind or "", kind or "")


def level(score: float | None) -> str:
    """Return how demanding a story is, from its score of 0 to 1; empty where it has none."""
    if score is None:
        return ""
    return "easy" if score < _EASY else "medium" if score < _MEDIUM else "hard"


def counted(count: int, thing: str) -> str:
    """Return how many there are: "1 clip", "1,240 clips"."""
    return f"{count:,} {thing}{'' if count == 1 else 's'}"


def megabytes(size: int) -> str:
    """Return a size in bytes for people: "0.4 MB", "1,240 MB"."""
    millions = size / 1_000_000
    return f"{millions:,.0f} MB" if millions >= _TWO_DIGITS else f"{millions:.1f} MB"


def downloading(event: DownloadChanged) -> str:
    """Return how far a download is; empty for one that is over."""
    if event.state == "waiting":
        return "waiting to be downloaded"
    if event.state != "coming":
        return ""
    came, size = megabytes(event.bytes_here), megabytes(event.bytes)
    of_all = f"{came.removesuffix(' MB')} of {size}"
    return f"downloading {event.clips_here:,} of {event.clips:,} clips, {of_all}"


def briefly_downloading(event: DownloadChanged) -> str:
    """Return how far a download is, in few words; empty for one that is over."""
    if event.state == "waiting":
        return "waiting"
    if event.state != "coming":
        return ""
    return f"fetching {min(99, event.bytes_here * 100 // max(1, event.bytes))} %"


def chosen(words: str, *, percent: int | None, is_right: bool | None) -> str:
    """Return what was chosen, with how many in a hundred others chose it, where that is known.

    Of a question the right answer gets a quiet word; another one is left to the story.
    """
    more = ["that was it"] if is_right else []
    more += [] if percent is None else [f"{percent} % chose this"]
    return f"You chose: {words}" + (f"  ({'; '.join(more)})" if more else "")


def held(by: str, language: str) -> str:
    """Return who decides on the mix of a story in `language`, in a sentence.

    `by` is "story", "language" or "settings" for what a listener holds, else empty.
    """
    return {
        "story": "You hold the mix in this story.",
        "language": f"You pinned this level for {language}.",
        "settings": "Your settings hold the mix: a share of English is chosen there.",
    }.get(by, "kahani chooses the mix.")


def briefly_held(by: str) -> str:
    """Return what a listener holds, in two words; empty where kahani chooses."""
    return {"story": "mix held", "language": "level pinned"}.get(by, "")


def times(count: int) -> str:
    """Return how often: once, twice, 3 times; empty for never."""
    return {0: "", 1: "once", 2: "twice"}.get(count, f"{count} times")
