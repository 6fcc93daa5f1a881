"""What can be typed while a story is told: every command with its forms, and how a line is read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Final


@dataclass(frozen=True, slots=True)
class Command:
    """A command: its word, its other forms, what may follow it, and what it does.

    `forms` are further words and the letters of the screens' keys. A word may be typed in any
    case; a letter counts as it is typed, since `r` and `R` are two keys. `takes` is empty for a
    command that nothing may follow.
    """

    word: str
    forms: tuple[str, ...]
    does: str
    takes: str = ""


@dataclass(frozen=True, slots=True)
class Order:
    """A command as it was typed, with what followed it."""

    word: str
    argument: str = ""


SOUND: Final = (
    Command("p", ("toggle",), "pause, or play on; enter alone does the same"),
    Command("pause", ("hold", "stop"), "pause"),
    Command("play", ("resume", "continue"), "play on"),
    Command("again", ("r", "replay", "repeat"), "hear this line again"),
    Command("slow", ("R", "slowly"), "hear this line again, slowly, then faster"),
    Command("previous", (",",), "the line before"),
    Command("next", (".",), "the next line"),
    Command("back", ("u",), "one passage back"),
    Command("on", ("forward",), "one passage on"),
    Command("rewind", (), "some seconds back, 5 if you give no number", "SECONDS"),
    Command("skip", (), "some seconds on, 5 if you give no number", "SECONDS"),
    Command("restart", (), "begin the story again"),
    Command("speed", (), "how fast: 1 is as recorded, 0.5 is half, 2 is double", "NUMBER"),
    Command("slower", ("[",), "slower by a tenth"),
    Command("faster", ("]",), "faster by a tenth"),
    Command("normal", ("\\",), "as recorded"),
    Command("volume", ("vol",), "how loud, 0 to 100", "NUMBER"),
    Command("louder", ("+",), "louder"),
    Command("softer", ("-", "quieter"), "softer"),
    Command("mute", ("m", "unmute"), "mute, and as loud as before"),
)
WORDS: Final = (
    Command("language", ("L", "lang"), "another language, by its code; alone: the next", "CODE"),
    Command("languages", (), "the languages of this story"),
    Command("mix", (), "how much English is mixed in, in percent", "NUMBER"),
    Command("more", ("x",), "more English in the mix"),
    Command("less", ("X",), "less English in the mix"),
    Command("undo", ("U",), "take the last change of language or mix back"),
    Command("translation", ("t", "translate"), "this line translated; on or off: each line", "on"),
    Command("translations", ("T",), "each line translated, and no longer"),
    Command("roman", ("romanise", "romanize"), "this line in Latin letters; on: each line", "on"),
    Command("romans", ("Z",), "each line in Latin letters, and no longer"),
    Command("line", (), "the line being heard, in writing"),
    Command("text", ("v", "transcript"), "write the lines, or only what is asked", "on"),
)
PLACES: Final = (
    Command("where", ("i", "status"), "where you are, and how it is played"),
    Command("bookmark", ("b",), "keep this place, with a note if you like", "NOTE"),
    Command("bookmarks", ("B",), "the places you kept; all: those of every story", "all"),
    Command("go", ("goto",), "go to the bookmark with this number", "NUMBER"),
    Command("there", (), "go to where you were on another machine, when that is offered"),
    Command("note", (), "give the bookmark with this number another note", "NUMBER NOTE"),
    Command("forget", ("remove",), "forget the bookmark with this number", "NUMBER"),
    Command("like", ("f",), "like the story; again: love, favorite, none"),
)
LEVEL: Final = (
    Command("why", (), "why it is heard in this mix, and what is believed of you"),
    Command("pin", (), "keep the level as it is in this language, in all stories"),
    Command("unpin", ("adapt",), "let kahani choose the mix again"),
    Command("rate", (), "after the end: was it easy, right or hard", "easy"),
)
HABITS: Final = (
    Command("auto", ("a", "autoplay"), "play on after each passage, or wait for you", "on"),
    Command("wait", ("P",), "pause after each line, or play on", "on"),
    Command("sleep", ("S",), "pause after so many minutes; off: do not", "MINUTES"),
)
REST: Final = (
    Command("choices", ("c", "options"), "hear the choices again"),
    Command("help", ("?", "h", "commands"), "these lines; with a command: what it does", "COMMAND"),
    Command("quit", ("q", "Q", "exit", "leave", "bye"), "save your place and leave"),
)
GROUPS: Final[Mapping[str, tuple[Command, ...]]] = {
    "Sound": SOUND,
    "Words": WORDS,
    "Places": PLACES,
    "Level": LEVEL,
    "Habits": HABITS,
    "And": REST,
}
COMMANDS: Final = {command.word: command for group in GROUPS.values() for command in group}
QUIT: Final = "q"
"""The letter that leaves at a choice, since before there were commands."""

_WORDS: Final = {form: c.word for c in COMMANDS.values() for form in (c.word, *c.forms)}


def parse(line: str) -> Order | None:
    """Return the command that a typed line names; None when it names none."""
    text = line.strip()
    first, _, rest = (f"? {text[1:]}" if text.startswith("?") else text).partition(" ")
    word = _WORDS.get(first if len(first) == 1 else first.casefold())
    return Order(word, rest.strip()) if word else None


def nearest(line: str) -> str | None:
    """Return the command word most like the first word of `line`; None when none is like it."""
    first = line.split(maxsplit=1)[0].casefold() if line.strip() else ""
    words = [form for form in _WORDS if len(form) > 1]
    close = get_close_matches(first, words, n=1, cutoff=0.6) if len(first) > 1 else []
    return close[0] if close else None


def is_answer(line: str, keys: Iterable[str]) -> bool:
    """Return whether a line that was piped in must wait for a choice.

    That is so for a number, for any choice key of the story, and for the letter that leaves.
    """
    text = line.strip().casefold()
    return text.isdecimal() or text == QUIT or text in {key.casefold() for key in keys}
