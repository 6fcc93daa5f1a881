"""An input line under a line of Hindi: typing_app.py REPORT.

The enter key writes what was typed, and how aksaras are painted, to REPORT.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from rich.cells import cell_len
from textual.app import App, ComposeResult
from textual.widgets import Input, Static

from player.tui.script import show
from player.tui.script.driver import AksaraDriver, driver_class


class Typing(App[None]):
    def compose(self) -> ComposeResult:
        yield Static(show("हिन्दी READY"), markup=False)
        yield Input()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        driver = self._driver
        assert isinstance(driver, AksaraDriver)
        report = {
            "typed": event.value,
            "cells": cell_len(event.value),
            "widths": str(driver.widths),
        }
        Path(sys.argv[1]).write_text(json.dumps(report), encoding="utf-8")
        self.exit()


Typing(driver_class=driver_class()).run()
