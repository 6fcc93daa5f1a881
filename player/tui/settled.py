"""An app as its listener set it; what is changed takes effect at once and is kept."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from textual import on
from textual.command import CommandPalette
from textual.driver import Driver
from textual.signal import Signal
from textual.widgets import Input

from player.errors import KahaniError
from player.tui.scripted import ScriptedApp
from player.tui.services import Services, Settings, Shelved
from player.tui.themes import NIGHT
from player.tui.workers import begin

if TYPE_CHECKING:  # the first picture waits for none of these
    from player.controller import PlaybackController

DRAWN = ("theme", "reduced_motion", "keys")
PREFERRED = ("level", "speed", "auto_play", "formats", "genres")
"""What is kept with the listener too, in user_preferences."""


class SettledApp(ScriptedApp):
    """Owns nothing of the settings: the services do."""

    def __init__(self, services: Services, driver: type[Driver] | None = None) -> None:
        super().__init__(driver)
        self._services = services
        self._motion = self.animation_level
        self._is_bound_anew = False
        self._changing: set[asyncio.Future[str]] = set()
        self.controller: PlaybackController | None = None
        self.stories: Sequence[Shelved] = ()
        self.settings_changed: Signal[str] = Signal(self, "settings changed")
        """Published with the name of a setting after it took effect."""
        for name in DRAWN:
            self._draw(name)

    @property
    def settings(self) -> Settings:
        """What the listener set, as it stands now."""
        return self._services.settings

    def now(self) -> datetime:
        """Return the time, with its time zone."""
        return self._services.now()

    async def change(self, name: str, value: object) -> str:
        """Change a setting, None: the usual value; return what stood against keeping it, or "".

        It takes effect even where it could not be written down, unless the environment holds it;
        also where the screen that asked for it is closed meanwhile, which ends whoever waits here.
        """
        changing = asyncio.ensure_future(self._change(name, value))
        self._changing.add(changing)
        changing.add_done_callback(self._changing.discard)
        return await asyncio.shield(changing)

    async def _change(self, name: str, value: object) -> str:
        complaint = ""
        try:
            await self._services.save(name, value)
        except KahaniError as error:
            complaint = str(error)
        if name not in self.settings.held:
            self._draw(name)
            await self._sound(name, value)
        self.settings_changed.publish(name)
        return complaint

    def search_themes(self) -> None:
        """Offer all themes, ours first; the one that is picked is kept."""
        from player.tui.themes import known  # noqa: PLC0415 - not for the first picture

        self.search_commands(
            [(name, partial(self._choose_theme, name)) for name in known()],
            placeholder="Find a theme",
        )

    @on(CommandPalette.Opened)
    def hold_cursors(self) -> None:
        """Keep cursors from blinking where nothing is to move."""
        for screen in self.screen_stack:
            for box in screen.query(Input):
                box.cursor_blink = self.animation_level != "none"

    def action_settings(self) -> None:
        """Show the settings."""
        from player.tui.screens.settings import SettingsScreen  # noqa: PLC0415 - not for the first picture

        if not any(isinstance(screen, SettingsScreen) for screen in self.screen_stack):
            self.push_screen(SettingsScreen(self))

    def refresh_stories(self) -> None:
        """Show the stories anew; the app with a library knows how."""

    def _choose_theme(self, name: str) -> None:
        begin(self, partial(self._keep_theme, name), group="wishes")

    async def _keep_theme(self, name: str) -> None:
        if complaint := await self.change("theme", name):
            self.say(complaint, "warning")

    def _draw(self, name: str) -> None:
        """Have a setting of the screen take effect."""
        settings = self.settings
        if name == "theme":
            known = settings.theme in self.available_themes
            self.theme = settings.theme if settings.theme and known else NIGHT.name
        elif name == "reduced_motion":
            self.animation_level = "none" if settings.reduced_motion else self._motion
            if self.is_running:
                self.hold_cursors()
        elif name == "keys" and (settings.keys or self._is_bound_anew):
            from player.tui.keys.binding import keymap  # noqa: PLC0415 - only where some were chosen

            self._is_bound_anew = True
            self.set_keymap(keymap(settings.keys))

    async def _sound(self, name: str, value: object) -> None:
        """Have a setting of the sound, or of the listener, take effect."""
        controller = self.controller
        if controller is None:
            return
        wish: Any = getattr(Settings(), name) if value is None else value
        if name in PREFERRED:
            await controller.prefer(replace(controller.preferences, **{name: wish}))
        elif name == "volume":
            controller.deck.set_volume(wish)
        elif name == "data_saver":
            controller.deck.ahead.save_data(is_on=wish)
        elif name == "adapt":
            controller.adapting.is_on = wish
        elif name == "pause_after_line":
            await controller.set_habits(pause_after_line=wish)
        if name in ("language", "mix"):
            controller.usually(language=self.settings.language, mix=self.settings.mix)
        if name in ("language", "formats", "genres"):
            self.refresh_stories()
