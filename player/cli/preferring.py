"""Which wish counts: what is set here, else what the listener preferred wherever, else the usual.

The file, the environment and the options belong to this machine; the preferences go with the
listener, in user_preferences.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Mapping
from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any, Final

from player.config import KEYS, PREFIX, Config, Settled, Source
from player.errors import KahaniError, UsageError
from player.preferences import LEVELS, Preferences
from player.tui.services import Settings

if TYPE_CHECKING:
    from db.records import PreferencesRecord
    from player.controller import PlaybackController

PREFERRED: Final = tuple(field.name for field in fields(Preferences))
"""The fields that are kept with the listener as well."""

LEAST_SPEED, MOST_SPEED = 0.5, 2.0
ELSEWHERE: Final = "your preferences"


def preferred(config: Config, named: Collection[str], stored: Preferences) -> Preferences:
    """Return what counts: `config` for the fields it names, `stored` for the others."""
    here = {name: getattr(config, name) for name in PREFERRED if name in named}
    return replace(stored, **here)


def as_preferences(record: PreferencesRecord | None) -> Preferences:
    """Return what the listener chose before, here or elsewhere; what makes no sense is as usual."""
    if record is None:
        return Preferences()
    speed = record.playback_speed
    usual = Preferences()
    return Preferences(
        level=next((n for n in LEVELS if n == record.difficulty_preference), usual.level),
        speed=speed if LEAST_SPEED <= speed <= MOST_SPEED else usual.speed,
        auto_play=record.auto_play,
        formats=record.preferred_formats,
        genres=record.preferred_genres,
    )


def present(controller: PlaybackController) -> dict[str, Any]:
    """Return how it is heard now, for the fields that keys of the listening screen change too."""
    preferences = controller.preferences
    return {
        **{name: getattr(preferences, name) for name in PREFERRED},
        "pause_after_line": controller.habits.pause_after_line,
        "volume": controller.deck.volume,
    }


def named_in(config: Config) -> frozenset[str]:
    """Return the fields that have another value than the usual, where nobody knows more."""
    usual = Config()
    return frozenset(
        name for name in config.__struct_fields__ if getattr(config, name) != getattr(usual, name)
    )


class Keeper:
    """Owns the settings of this sitting, and writes down what is changed."""

    def __init__(self, settled: Settled) -> None:
        self._settled = settled
        self._turn = asyncio.Lock()
        self.present: Callable[[], Mapping[str, Any]] = dict
        """What is heard now of the fields that the listener changes by keys too."""

    @property
    def settings(self) -> Settings:
        """The settings as they stand now, in the words of the screens."""
        settled = self._settled
        values: dict[str, Any] = {n: getattr(settled.config, n) for n in Config.__struct_fields__}
        values |= self.present()
        sources = {name: settled.where(name) for name in settled.sources}
        usual = Preferences()
        for name in PREFERRED:
            if name not in sources and values[name] != getattr(usual, name):
                sources[name] = ELSEWHERE
        held = frozenset(n for n, s in settled.sources.items() if s is Source.VARIABLE)
        return Settings(**values, sources=sources, held=held)

    async def save(self, name: str, value: object) -> None:
        """Change a field and write it into the file; None: the usual value again.

        Raises UsageError for a field that the environment holds, or a file with a mistake in it;
        NotKeptError where the file cannot be written. Except for the first, the value holds for
        this sitting.
        """
        if self._settled.sources.get(name) is Source.VARIABLE:
            variable = PREFIX + name.upper()
            raise UsageError(f"{variable} holds this: unset it to change it here.")
        before = self._settled
        self._settled = before.changed(name, value, Source.FILE)
        async with self._turn:
            try:
                await asyncio.to_thread(_write, before, name, value)
            except KahaniError:
                self._settled = self._settled.changed(name, value, Source.SITTING)
                raise


def _write(before: Settled, name: str, value: Any) -> None:
    from player.config_writing import write_key, write_setting

    if name != KEYS:
        write_setting(before.path, name, value)
        return
    after: Mapping[str, tuple[str, ...]] = value or {}
    for changed in {*after, *before.config.keys}:
        if after.get(changed) != before.config.keys.get(changed):
            write_key(before.path, changed, after.get(changed))
