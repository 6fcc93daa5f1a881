"""What a screen may ask of the app."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Protocol

from player.controller import PlaybackController


class Wishes(Protocol):
    """The app, as the listening screen sees it."""

    @property
    def controller(self) -> PlaybackController | None:
        """The controller; None until everything is open."""

    def now(self) -> datetime:
        """Return the time, with its time zone."""

    def wish(self, act: Callable[[PlaybackController], Awaitable[None]]) -> None:
        """Have the controller do something; what cannot be done is told in a toast."""
