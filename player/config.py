"""The settings: a file, the environment over it, options over both."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Final, Literal

import msgspec

from player.errors import UsageError
from player.preferences import Level

PREFIX: Final = "KAHANI_"
KEYS: Final = "keys"
"""The table of keys bound anew: it stands in the file alone, never in the environment."""


class Config(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How this listener likes it; every field may stand in config.toml or as KAHANI_<FIELD>.

    `keys` maps the id of an action to its keys; only the screens know which ids and keys there
    are. `formats` and `genres` are as stories name them, most liked first.
    """

    language: str | None = None
    mix: Annotated[float, msgspec.Meta(ge=0, le=1)] | None = None
    level: Level = "intermediate"
    formats: tuple[str, ...] = ()
    genres: tuple[str, ...] = ()
    speed: Annotated[float, msgspec.Meta(ge=0.5, le=2.0)] = 1.0
    volume: Annotated[int, msgspec.Meta(ge=0, le=100)] = 100
    auto_play: bool = True
    pause_after_line: bool = False
    output: Literal["vlc", "silent"] = "vlc"
    theme: str = "kahani-night"
    reduced_motion: bool = False
    widths: Literal["auto", "anchor", "osc66", "off"] = "auto"
    caption: Literal["auto", "kitty", "sixel", "braille", "off"] = "auto"
    cache_size_mb: Annotated[int, msgspec.Meta(ge=1, le=1_000_000)] = 2_000
    data_saver: bool = False
    adapt: bool = True
    keys: dict[str, tuple[str, ...]] = {}


ALLOWED: Final = {
    "language": 'the code of a language, such as "hi"',
    "mix": "a number from 0 to 1",
    "level": "beginner, intermediate or advanced",
    "formats": 'a list of names, such as ["podcast"]',
    "genres": 'a list of names, such as ["folk tale"]',
    "speed": "a number from 0.5 to 2.0",
    "volume": "a whole number from 0 to 100",
    "auto_play": "true or false",
    "pause_after_line": "true or false",
    "output": "vlc or silent",
    "theme": "the name of a theme",
    "reduced_motion": "true or false",
    "widths": "auto, anchor, osc66 or off",
    "caption": "auto, kitty, sixel, braille or off",
    "cache_size_mb": "a whole number of megabytes, from 1 to 1,000,000",
    "data_saver": "true or false",
    "adapt": "true or false",
    KEYS: 'a table of ids with their keys, such as "listening.like" = "h"',
}
_FIELDS: Final = {field.name: field for field in msgspec.structs.fields(Config)}
_LISTS: Final = ("formats", "genres")
_WORDS: Final = ("level", "output", "widths", "caption")
_line = re.compile(r"at line (\d+)")


class Source(StrEnum):
    """Where a value comes from; the later ones go over the earlier."""

    DEFAULT = "default"
    FILE = "file"
    VARIABLE = "variable"
    OPTION = "option"
    SITTING = "sitting"


@dataclass(frozen=True, slots=True)
class Settled:
    """The settings, and who named which of them. `sources` holds no field that nobody named."""

    config: Config
    path: Path
    sources: Mapping[str, Source]

    @property
    def named(self) -> frozenset[str]:
        """The fields that the file, the environment or an option names."""
        return frozenset(self.sources)

    def given(self, **options: Any) -> Settled:
        """Return these settings with what the command line names over them; None names nothing."""
        options = {name: value for name, value in options.items() if value is not None}
        return replace(
            self,
            config=msgspec.structs.replace(self.config, **options),
            sources={**self.sources, **dict.fromkeys(options, Source.OPTION)},
        )

    def changed(self, name: str, value: object, source: Source | None) -> Settled:
        """Return these settings with one field changed; None as its value: the usual one."""
        usual = getattr(Config(), name)
        sources = {n: s for n, s in self.sources.items() if n != name}
        if value is not None and source is not None:
            sources[name] = source
        config = msgspec.structs.replace(self.config, **{name: usual if value is None else value})
        return replace(self, config=config, sources=sources)

    def where(self, name: str) -> str:
        """Return what names a field, in words: "config.toml", "KAHANI_SPEED"; empty: nobody."""
        words = {
            Source.FILE: self.path.name,
            Source.VARIABLE: PREFIX + name.upper(),
            Source.OPTION: "the command line",
            Source.SITTING: "until you leave",
        }
        return words.get(self.sources.get(name, Source.DEFAULT), "")

    def fault(self, name: str, complaint: str) -> UsageError:
        """Return the error that a field's value, well-formed as it is, does not fit."""
        where = self.where(name)
        place = f"{self.path}: {name}" if where in ("", self.path.name) else where
        return UsageError(f"{place}: {complaint}")


def load_config(path: Path, environment: Mapping[str, str] | None = None) -> Config:
    """Return the settings alone, for those who need not know who named them; see `settle`."""
    return settle(path, environment).config


def settle(path: Path, environment: Mapping[str, str] | None = None) -> Settled:
    """Return the settings of the file at `path`, which may be missing, and of the environment.

    An empty variable names nothing. Raises UsageError that names the file, or the variable, the
    key at fault and what is allowed.
    """
    values = read_file(path)
    sources = dict.fromkeys(values, Source.FILE)
    env = os.environ if environment is None else environment
    for name in _FIELDS:
        variable = PREFIX + name.upper()
        if name != KEYS and (text := env.get(variable, "").strip()):
            values[name] = _of_variable(variable, name, text)
            sources[name] = Source.VARIABLE
    return Settled(Config(**values), path, sources)


def read_file(path: Path) -> dict[str, Any]:
    """Return the fields that the file names, checked; none where there is no file.

    Raises UsageError that names the file and the key, or the line, at fault.
    """
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}.") from error
    return checked(path, content)


def checked(path: Path, content: bytes) -> dict[str, Any]:
    """Return the fields in the `content` of the file at `path`. Raises UsageError, see above."""
    try:
        text = content.decode()
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise UsageError(f"{path}: line {line} is not UTF-8. Save the file as UTF-8.") from error
    try:
        found = msgspec.toml.decode(text + "\n")  # without it, the last line is never named
    except msgspec.DecodeError as error:
        raise UsageError(_malformed(path, text, str(error))) from error
    return {name: _of_file(path, name, value) for name, value in found.items()}


def _of_file(path: Path, name: str, value: object) -> Any:
    if name not in _FIELDS:
        raise UsageError(f"{path}: there is no key {name}{_nearest(name)}")
    try:
        if name == KEYS:
            return _keys(path, value)
        return msgspec.convert(value, _FIELDS[name].type)
    except msgspec.ValidationError as error:
        shown = value if isinstance(value, float) else msgspec.json.encode(value).decode()
        raise UsageError(
            f"{path}: {name} = {shown} is not allowed: it is {ALLOWED[name]}."
            " Mend the line or delete it."
        ) from error


def _of_variable(variable: str, name: str, text: str) -> Any:
    value: object = text
    if name in _LISTS:
        value = [part.strip() for part in text.split(",") if part.strip()]
    elif name in _WORDS:
        value = text.casefold()
    try:
        if text.casefold() in ("null", "none") and name not in _LISTS:
            raise msgspec.ValidationError  # noqa: TRY301 - not strict, these would mean None
        return msgspec.convert(value, _FIELDS[name].type, strict=False)
    except msgspec.ValidationError as error:
        allowed = "names with commas between them" if name in _LISTS else ALLOWED[name]
        raise UsageError(
            f"{variable}={text!r} is not allowed: it is {allowed}. Set it so, or unset it."
        ) from error


def _keys(path: Path, value: object) -> dict[str, tuple[str, ...]]:
    """Return the table of keys: an id written without quotes is a table in a table to TOML."""
    if not isinstance(value, dict):
        raise msgspec.ValidationError
    found: dict[str, tuple[str, ...]] = {}
    for name, keys in value.items():
        if isinstance(keys, dict):
            inner = _keys(path, {f"{name}.{more}": key for more, key in keys.items()})
            found.update(inner)
        elif isinstance(keys, str):
            found[name] = (keys,)
        elif isinstance(keys, list) and all(isinstance(key, str) for key in keys):
            found[name] = tuple(keys)
        else:
            raise UsageError(
                f'{path}: [keys] "{name}" is not allowed: it is a key, or a list of keys, each in'
                ' quotes, such as "h" or ["h", "f2"]. Mend the line or delete it.'
            )
    return found


def _nearest(name: str) -> str:
    from difflib import get_close_matches  # noqa: PLC0415 - only where somebody mistyped

    if near := get_close_matches(name, _FIELDS, n=1):
        return f"; do you mean {near[0]}? Mend the line or delete it."
    return f"; there is {', '.join(_FIELDS)}. Mend the line or delete it."


def _malformed(path: Path, text: str, complaint: str) -> str:
    rows = text.splitlines()
    if (found := _line.search(complaint)) and 0 < (number := int(found[1])) <= len(rows):
        reason = complaint.partition(" (at line")[0]
        row = rows[number - 1].strip()
        return f"{path}: line {number}, {row!r}: {reason}. Mend the line or delete it."
    return f"{path}: {complaint}. Mend the file or delete it."
