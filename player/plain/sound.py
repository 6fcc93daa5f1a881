"""Commands about the sound: pause, lines, passages, speed, volume, habits, sleep."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Final

from player.audio.output import PlaybackState
from player.errors import UsageError
from player.events import VolumeChanged
from player.plain import remarks, values
from player.plain.ways import Act, Ways

SPEED_STEP: Final = 0.1
VOLUME_STEP: Final = 10
SEEK_SECONDS: Final = 5


class SoundOrders:
    """Does the commands about the sound; where one changes nothing, the listener is told why."""

    def __init__(self, ways: Ways) -> None:
        self._ways = ways
        self._controller = ways.controller
        self._telling = ways.telling
        self._standing = ways.standing

    @property
    def acts(self) -> Mapping[str, Act]:
        """What does each command, by its word."""
        c = self._controller
        return {
            "p": self._toggle,
            "pause": partial(self._hold, False),
            "play": partial(self._hold, True),
            "again": lambda _: c.replay_line(),
            "slow": self._slow,
            "previous": lambda _: c.previous_line(),
            "next": self._next,
            "back": self._back,
            "on": self._on,
            "rewind": partial(self._seek, -1),
            "skip": partial(self._seek, 1),
            "restart": lambda _: c.restart(),
            "speed": self._speed,
            "slower": lambda _: self._faster(-SPEED_STEP),
            "faster": lambda _: self._faster(SPEED_STEP),
            "normal": lambda _: self._set_speed(1.0),
            "volume": self._volume,
            "louder": lambda _: self._louder(VOLUME_STEP),
            "softer": lambda _: self._louder(-VOLUME_STEP),
            "mute": self._mute,
            "auto": self._auto,
            "wait": self._wait,
            "sleep": self._sleep,
        }

    async def _toggle(self, _: str = "") -> None:
        await self._controller.toggle()

    async def _hold(self, is_on: bool, _: str) -> None:
        is_playing = self._standing.playback in (PlaybackState.PLAYING, PlaybackState.LOADING)
        if is_playing is is_on:
            speed = self._controller.deck.speed
            self._ways.say(remarks.resumed(speed) if is_on else remarks.paused())
            return
        await self._controller.toggle(is_on=is_on)

    async def _slow(self, _: str) -> None:
        """Hear the line slowly; the steps back to the listener's own speed are not worth words."""
        if self._standing.slow_from is None:
            self._standing.slow_from = self._controller.deck.speed
        await self._controller.replay_slowly()

    async def _next(self, _: str) -> None:
        lines = self._telling.passage.lines
        is_last = not lines or self._telling.index + 1 >= len(lines)
        if is_last and self._is_asked():
            return
        await self._controller.next_line()

    async def _back(self, _: str) -> None:
        if len(self._ways.session.state.trail) == 1:
            raise UsageError("this is where the story begins.")
        if self._ways.session.story.is_placement:
            raise UsageError("the words of that clip were told, so there is no way back to it.")
        await self._controller.back()

    async def _on(self, _: str) -> None:
        is_new = not self._ways.session.state.ahead
        if is_new and self._is_asked():
            return
        await self._controller.forward()

    def _is_asked(self) -> bool:
        """Tell the choices where there are any, as the story goes on by one of them alone.

        Returns whether there are. Raises UsageError at the end of the story.
        """
        if self._ways.session.node.is_end:
            raise UsageError("this is where the story ends.")
        now = self._standing
        if now.options:
            self._telling.rest()
            self._ways.asking.ask(now.options, now.ready)
            now.is_asked_early = now.is_asked_early or not now.asked
            now.asked = now.options
        return bool(now.options)

    async def _seek(self, sign: int, text: str) -> None:
        await self._controller.seek_by(sign * values.seconds(text, SEEK_SECONDS))

    async def _speed(self, text: str) -> None:
        if not text:
            self._ways.say(remarks.speed(self._controller.deck.speed))
            return
        await self._set_speed(values.speed(text))

    async def _faster(self, step: float) -> None:
        await self._set_speed(round(self._controller.deck.speed + step, 2))

    async def _set_speed(self, speed: float) -> None:
        self._standing.slow_from = None
        await self._controller.set_speed(speed)

    async def _volume(self, text: str) -> None:
        deck = self._controller.deck
        if not text:
            self._ways.say(remarks.volume(VolumeChanged(deck.volume, deck.volume == 0)))
            return
        deck.set_volume(values.volume(text, deck.volume))

    async def _louder(self, step: int) -> None:
        self._controller.deck.set_volume(self._controller.deck.volume + step)

    async def _mute(self, _: str) -> None:
        self._controller.deck.toggle_mute()

    async def _auto(self, text: str) -> None:
        now, wanted = self._controller.habits.auto_play, values.switch(text)
        is_on = not now if wanted is None else wanted
        await self._controller.set_habits(auto_play=is_on)
        if is_on is now:
            self._ways.say(remarks.auto_play(self._standing.habits))

    async def _wait(self, text: str) -> None:
        now, wanted = self._controller.habits.pause_after_line, values.switch(text)
        is_on = not now if wanted is None else wanted
        await self._controller.set_habits(pause_after_line=is_on)
        if is_on is now:
            self._ways.say(remarks.pause_after_line(self._standing.habits))

    async def _sleep(self, text: str) -> None:
        if not text:
            self._ways.say(remarks.sleep(self._standing.sleep_minutes))
            return
        await self._controller.sleep_in(values.minutes(text))
