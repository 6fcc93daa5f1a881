"""What may follow a command, read from the way people write it."""

from __future__ import annotations

from typing import Final

from player.audio.output import FASTEST, SLOWEST
from player.errors import UsageError

_ON: Final = ("on", "yes", "always")
_OFF: Final = ("off", "no", "never", "none")
_LONGEST_SLEEP: Final = 24 * 60
_ALL: Final = 100


def switch(text: str) -> bool | None:
    """Return what "on" or "off" says; None for nothing. Raises UsageError for anything else."""
    word = text.casefold()
    if word in _ON:
        return True
    if word in _OFF:
        return False
    if not word:
        return None
    raise UsageError(f"{text!r} is neither on nor off.")


def number(text: str, what: str) -> float:
    """Return a number written as 0.8, 0,8 or 80%. Raises UsageError; `what` begins its sentence."""
    figures = text.replace(",", ".").removesuffix("percent").removesuffix("%").strip()
    try:
        value = float(figures)
    except ValueError:
        value = float("nan")
    if value != value or abs(value) == float("inf"):  # noqa: PLR0124 - only nan differs from itself
        raise UsageError(f"{what}, not {text!r}.")
    return value


def speed(text: str) -> float:
    """Return a speed, 0.5 to 2; 80 and 80% mean 0.8. Raises UsageError."""
    what = f"the speed is a number from {SLOWEST} to {FASTEST:g}"
    value = number(text, what)
    value = value / _ALL if value > FASTEST and SLOWEST <= value / _ALL <= FASTEST else value
    if not SLOWEST <= value <= FASTEST:
        raise UsageError(f"{what}, not {text!r}.")
    return round(value, 2)


def volume(text: str, now: int) -> int:
    """Return a volume, 0 to 100; "+10" and "-10" go on from `now`. Raises UsageError."""
    what = "the volume is a number from 0 to 100"
    value = number(text, what)
    if text.startswith(("+", "-")):
        return round(min(max(now + value, 0), _ALL))
    if not 0 <= value <= _ALL:
        raise UsageError(f"{what}, not {text!r}.")
    return round(value)


def mix(text: str) -> float:
    """Return a share of English, 0 to 1, from percent or from a share. Raises UsageError."""
    what = "the mix is a number from 0 to 100 percent English"
    value = number(text, what)
    if not 0 <= value <= _ALL:
        raise UsageError(f"{what}, not {text!r}.")
    return value if value <= 1 and not text.endswith(("%", "percent")) else value / _ALL


def minutes(text: str) -> int | None:
    """Return minutes, at least 1, at most a day; None for "off". Raises UsageError."""
    words = text.casefold().split()
    if text.casefold() in _OFF or words == ["0"]:
        return None
    what = "the sleep timer takes minutes, 1 to 1440, or off"
    if len(words) > 1 and words[1].startswith("min"):
        words = words[:1]
    value = number(" ".join(words), what)
    if not 1 <= value <= _LONGEST_SLEEP:
        raise UsageError(f"{what}, not {text!r}.")
    return round(value)


def seconds(text: str, usual: int) -> int:
    """Return seconds as milliseconds, `usual` seconds for nothing. Raises UsageError."""
    if not text:
        return usual * 1000
    figures = text.casefold().removesuffix("seconds").removesuffix("s").strip()
    value = number(figures, "the seconds are a number")
    if value <= 0:
        raise UsageError("the seconds are a number over 0.")
    return round(value * 1000)


def place(text: str, count: int) -> int:
    """Return the index of the bookmark numbered `text`, of `count`. Raises UsageError."""
    if not count:
        raise UsageError(
            "there is no bookmark in this story yet; type bookmark to keep this place."
        )
    if not text:
        raise UsageError("a number of the list must follow; type bookmarks for it.")
    if not text.isdecimal() or not 1 <= int(text) <= count:
        known = "is bookmark 1" if count == 1 else f"are bookmarks 1 to {count}"
        raise UsageError(f"there {known}, not {text!r}; type bookmarks for their list.")
    return int(text) - 1
