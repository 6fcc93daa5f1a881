"""What screens may ask of the app."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Protocol

from textual.signal import Signal

from player.controller import PlaybackController
from player.tui.services import Settings, Shelved


class Wishes(Protocol):
    """The app, as the listening screen sees it."""

    @property
    def controller(self) -> PlaybackController | None:
        """The controller; None until everything is open."""

    @property
    def story_after(self) -> str:
        """The slug of the story that opens once a placement is left; empty: the library does."""

    def now(self) -> datetime:
        """Return the time, with its time zone."""

    def download(self, slug: str, title: str, language: str | None) -> None:
        """Ask about the download of a story that is heard in this language, or stop it."""

    def wish(self, act: Callable[[PlaybackController], Awaitable[None]]) -> None:
        """Have the controller do something; what cannot be done is told in a toast."""


class Setting(Protocol):
    """The app, as the screens of the settings see it."""

    theme: str
    stories: Sequence[Shelved]
    settings_changed: Signal[str]

    @property
    def settings(self) -> Settings:
        """What the listener set, as it stands now."""

    def key_of(self, name: str) -> str:
        """Return what people call the key of a binding, as the listener has bound it."""

    async def change(self, name: str, value: object) -> str:
        """Change a setting, None: the usual value; return what stood against keeping it, or ""."""
