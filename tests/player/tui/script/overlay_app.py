"""A dialog over mixed text, as the borders test needs it: overlay_app.py stock|aksara."""

from __future__ import annotations

import sys

from textual.app import App, ComposeResult
from textual.screen import ModalScreen
from textual.widgets import Static

from player.tui.script.driver import driver_class
from player.tui.script.encoding import encode

TEXT = (
    "एक समय की बात है, एक छोटे से गाँव में एक स्त्री रहती थी। "
    "ஒரு காகம் தண்ணீர் தேடி அலைந்தது. রাজা আর রানী গল্প শোনেন। র‍্যাব e\u0301 "
)
STOCK = sys.argv[1] == "stock"


def shown(text: str) -> str:
    return text if STOCK else encode(text)


class Dialog(ModalScreen[None]):
    CSS = """
    Dialog { align: center middle; background: transparent; }
    #dialog { width: 23; height: 7; border: round white; }
    """

    def compose(self) -> ComposeResult:
        yield Static(shown("संवाद हिन्दी ok"), id="dialog", markup=False)


class Overlay(App[None]):
    CSS = "#text { border: round white; width: 77; height: 20; }"

    def compose(self) -> ComposeResult:
        yield Static(shown(TEXT * 8), id="text", markup=False)

    def on_mount(self) -> None:
        self.push_screen(Dialog())


Overlay(driver_class=None if STOCK else driver_class()).run()
