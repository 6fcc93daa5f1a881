"""The settings as the screen offers them: what each is called, does, and may be."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any, Final

from player.preferences import LEVELS
from player.tui import wording
from player.tui.services import Shelved
from player.tui.themes import known


class Kind(Enum):
    """How a value is changed."""

    CHOICE = auto()
    SWITCH = auto()
    NUMBER = auto()
    NAMES = auto()
    PAGE = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One setting. `about` says what it does; a number goes from `least` to `most` by `step`.

    `values` are what may be chosen, in order, None standing for no wish.
    """

    name: str
    group: str
    label: str
    about: str
    kind: Kind = Kind.CHOICE
    values: tuple[Any, ...] = ()
    least: float = 0
    most: float = 0
    step: float = 0

    def words(self, value: Any) -> str:
        """Return a value in words."""
        if self.kind in (Kind.SWITCH, Kind.NAMES):
            return ", ".join(value) or "any" if self.kind is Kind.NAMES else _SWITCHED[bool(value)]
        if self.name == "language":
            return wording.language(value) if value else ANY
        if self.name == "mix":
            return ANY if value is None else f"{round(100 * value)} % English"
        if self.name == "cache_size_mb":
            return f"{value:,} MB"
        if self.name == "speed":
            return f"{value:.2f}".removesuffix("0") + "x"
        return _WORDS.get((self.name, value), str(value))

    def stepped(self, value: Any, step: int) -> Any:
        """Return the value `step` further on; choices and switches go round."""
        if self.kind is Kind.SWITCH:
            return not value
        if self.kind is Kind.NUMBER:
            if value is None:
                return self.least if step > 0 else None
            if None in self.values and step < 0 and value <= self.least:
                return None
            return self._fit(value + step * self.step)
        if not self.values:
            return value
        here = self.values.index(value) if value in self.values else -1 if step > 0 else 0
        return self.values[(here + step) % len(self.values)]

    def typed(self, text: str) -> Any:
        """Return the value that somebody typed. Raises ValueError with a sentence."""
        text = text.strip().removesuffix("x").removesuffix("%").strip().replace(",", ".")
        if not text and None in self.values:
            return None
        try:
            number = float(text)
        except ValueError:
            number = float("nan")
        if self.name == "mix" and number > 1:
            number /= 100
        if not self.least <= number <= self.most:
            raise ValueError(f"{self.label} is a number from {self.least:g} to {self.most:g}.")
        return self._fit(number)

    def _fit(self, number: float) -> float | int:
        number = min(max(number, self.least), self.most)
        return round(number) if self.step >= 1 else round(number, 2)


CAPTIONS: Final = ("auto", "kitty", "sixel", "braille", "off")
ANY: Final = "as each story has it"
_SWITCHED: Final = ("off", "on")
_WORDS: Final = {
    ("output", "vlc"): "sound (libVLC)",
    ("output", "silent"): "silence",
    ("widths", "auto"): "by itself",
    ("widths", "anchor"): "each syllable anchored",
    ("widths", "osc66"): "each word sized (kitty)",
    ("widths", "off"): "as other programs do",
    ("caption", "auto"): "by itself",
    ("caption", "kitty"): "an image (kitty)",
    ("caption", "sixel"): "an image (sixel)",
    ("caption", "braille"): "Braille dots",
    ("caption", "off"): "none",
}
WORDS_ABOUT: Final = {
    "level": "How much of the language you follow: what new stories begin with.",
    "speed": "How fast stories are told, 0.5 to 2, with the pitch kept.",
    "adapt": "Change the share of English by itself, so that you follow 8 or 9 lines in 10.",
    "volume": "How loud, 0 to 100.",
    "auto_play": "Passages that ask nothing follow each other by themselves.",
    "pause_after_line": "Wait after each line, until you go on.",
    "output": "Where the sound goes, from the next start on.",
    "language": "What stories are heard and named in, where they have it.",
    "mix": "How much English is mixed in, where a story can be heard so.",
    "formats": "The kinds of stories you like best; they come first.",
    "genres": "The genres you like best; they come first.",
    "cache_size_mb": "How much room clips from elsewhere may take on this machine.",
    "data_saver": "Nothing is fetched before it is wanted; each clip then begins a little later.",
    "theme": "The colours. kahani-contrast is the one of high contrast.",
    "reduced_motion": "Nothing moves by itself, and no cursor blinks.",
    "widths": "How Indian scripts are kept in their columns, from the next start on.",
    "caption": "How the line being heard is drawn large, on its key.",
    "keys": "Every key of every screen, to be bound anew.",
}


def fields(stories: Sequence[Shelved]) -> tuple[Field, ...]:
    """Return every setting, in the order of the screen, with what these stories have to offer."""
    languages = _each(code.partition("-")[0] for story in stories for code in story.languages)
    return (
        _field("level", "Listening", "Level", values=LEVELS),
        _field("speed", "Listening", "Speed", Kind.NUMBER, least=0.5, most=2, step=0.05),
        _field("volume", "Listening", "Volume", Kind.NUMBER, least=0, most=100, step=5),
        _field("auto_play", "Listening", "Go on by itself", Kind.SWITCH),
        _field("pause_after_line", "Listening", "Pause after a line", Kind.SWITCH),
        _field("output", "Listening", "Output", values=("vlc", "silent")),
        _field("language", "Stories", "Language", values=(None, *languages)),
        _field("mix", "Stories", "English", Kind.NUMBER, values=(None,), most=1, step=0.05),
        _field("adapt", "Stories", "Adapt to me", Kind.SWITCH),
        _field(
            "formats", "Stories", "Formats", Kind.NAMES, values=_each(s.format for s in stories)
        ),
        _field("genres", "Stories", "Genres", Kind.NAMES, values=_each(s.genre for s in stories)),
        _field("cache_size_mb", "Stories", "Cache", Kind.NUMBER, least=1, most=1e6, step=500),
        _field("data_saver", "Stories", "Data saver", Kind.SWITCH),
        _field("theme", "Screen", "Theme", values=known()),
        _field("reduced_motion", "Screen", "Reduced motion", Kind.SWITCH),
        _field("widths", "Screen", "Indian scripts", values=("auto", "anchor", "osc66", "off")),
        _field("caption", "Screen", "Drawn caption", values=CAPTIONS),
        _field("keys", "Screen", "Keys", Kind.PAGE),
    )


def _field(name: str, group: str, label: str, kind: Kind = Kind.CHOICE, **more: Any) -> Field:
    about = WORDS_ABOUT[name]
    return Field(name=name, group=group, label=label, about=about, kind=kind, **more)


def _each(names: Iterable[str | None]) -> tuple[str, ...]:
    """Return each name once, sorted; None is no name."""
    return tuple(sorted({name for name in names if name}))
