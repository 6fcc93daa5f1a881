"""The Textual driver that paints aksaras; given to the app as its `driver_class`."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from typing import Any, ClassVar

from textual import constants
from textual.app import App
from textual.driver import Driver

from player.tui.script import typed
from player.tui.script.foreground import is_in_front
from player.tui.script.kitty import has_sized_text, may_be_kitty
from player.tui.script.painting import Widths, paint
from player.tui.script.picturing import PicturingDriver

SETTING = "KAHANI_WIDTHS"


def chosen_widths(environ: Mapping[str, str]) -> Widths | None:
    """Return what `KAHANI_WIDTHS` asks for, or None: find out."""
    wanted = environ.get(SETTING, "").strip().lower()
    return Widths(wanted) if wanted in set(Widths) else None


class AksaraDriver(PicturingDriver):
    """Linux and macOS: everything as Textual does it, but each aksara at its own column."""

    wanted: ClassVar[Widths | None] = None
    """How the settings want aksaras painted; None: find out."""

    def __init__(
        self,
        app: App[Any],
        *,
        debug: bool = False,
        mouse: bool = True,
        size: tuple[int, int] | None = None,
    ) -> None:
        super().__init__(app, debug=debug, mouse=mouse, size=size)
        typed.install()
        self._is_away = False
        self._widths: Widths | None = self.wanted or chosen_widths(os.environ)

    @property
    def widths(self) -> Widths:
        """How aksaras are painted on this terminal."""
        return self._widths or Widths.ANCHOR

    def start_application_mode(self) -> None:
        """Find out what the terminal can do, once, then start."""
        if self._widths is None:
            sized = may_be_kitty(os.environ) and has_sized_text(self.fileno)
            self._widths = Widths.OSC66 if sized else Widths.ANCHOR
        super().start_application_mode()

    def suspend_application_mode(self) -> None:
        """Give the terminal back; until it is taken again, nothing is written or set."""
        super().suspend_application_mode()
        self._is_away = True

    def resume_application_mode(self) -> None:
        """Take the terminal again, but not from a job that is in front of this one."""
        if is_in_front(self.fileno):
            self._is_away = False
            super().resume_application_mode()

    def disable_input(self) -> None:
        """Read no more keys."""
        if not self._is_away:
            super().disable_input()

    def stop_application_mode(self) -> None:
        """Set the terminal back, unless it was given back already: it may be another's by now."""
        if not self._is_away:
            super().stop_application_mode()

    def write(self, data: str) -> None:
        """Write text and escape sequences, aksaras painted."""
        if self._is_away:
            return
        super().write(paint(data, self.widths))


def driver_class(widths: str = "auto") -> type[Driver] | None:
    """Return the class for `App(driver_class=...)`, or None where the environment names one.

    `widths` is auto (find out), anchor, osc66 or off.
    """
    if constants.DRIVER is not None or not sys.__stdin__:
        return None
    if widths == "auto":
        return AksaraDriver
    return type("AksaraDriver", (AksaraDriver,), {"wanted": Widths(widths)})
