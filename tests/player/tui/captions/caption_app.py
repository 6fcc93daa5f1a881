"""A caption alone on a screen: caption_app.py LANGUAGE.

z opens and closes it, w goes to the next word, d puts a dialog over the middle of it and away
again, q leaves. What happened is told in words at the top.
"""

from __future__ import annotations

import asyncio
import os
import re
import sys

from textual.app import ComposeResult
from textual.screen import ModalScreen
from textual.widgets import Static

from player.tui.captions.caption import Caption
from player.tui.script.driver import driver_class
from player.tui.scripted import ScriptedApp

LINES = {
    "hi": "गर्मी के दिन एक प्यासा कौआ क्षेत्र के ऊपर उड़ रहा था।",
    "ta": "ஒரு காகம் தண்ணீர் தேடிக் கொண்டிருந்தது.",
    "bn": "একটি তৃষ্ণার্ত কাক ক্ষেতের উপর জল খুঁজছিল।",
    "it": "La volpe chiese alla luna: «Perché non scendi?»",
}


class Dialog(ModalScreen[None]):
    CSS = """
    Dialog { align: center bottom; background: transparent; }
    #dialog { width: 20; height: 5; margin-bottom: 3; background: red; }
    """
    BINDINGS = [("d", "dismiss")]  # noqa: RUF012 - Textual declares it

    def compose(self) -> ComposeResult:
        yield Static("COVERED", id="dialog", markup=False)


class Stage(ScriptedApp):
    CSS = """
    #said { height: 1; }
    #above { height: 1fr; }
    """
    BINDINGS = [  # noqa: RUF012
        ("z", "caption"),
        ("w", "word"),
        ("d", "dialog"),
        ("q", "quit"),
        ("s", "suspend"),
    ]

    def compose(self) -> ComposeResult:
        yield Static("READY", id="said", markup=False)
        yield Static("", id="above", markup=False)
        yield Caption()
        yield Static("BELOW", markup=False)

    def on_mount(self) -> None:
        if keys := os.environ.get("CAPTION_KEYS"):
            self.pipe = os.open(keys, os.O_RDONLY | os.O_NONBLOCK)
            asyncio.get_running_loop().add_reader(self.pipe, self.press)

    def press(self) -> None:
        for key in os.read(self.pipe, 100).decode():
            self.simulate_key(key)

    def say_so(self, words: str) -> None:
        self.query_one("#said", Static).update(words)

    async def action_caption(self) -> None:
        caption = self.query_one(Caption)
        if caption.is_open:
            caption.close()
            self.say_so("CLOSED")
            return
        caption.show_line(LINES[sys.argv[1]], sys.argv[1])
        await caption.open(os.environ.get("KAHANI_CAPTION", "auto"))
        self.words = re.finditer(r"\S+", LINES[sys.argv[1]])
        self.call_after_refresh(self.say_so, f"OPEN {type(caption._canvas).__name__}")

    def action_word(self) -> None:
        found = next(self.words)
        self.query_one(Caption).show_word(*found.span())
        self.say_so(f"WORD {found.start()}")

    def action_dialog(self) -> None:
        self.push_screen(Dialog())

    async def action_suspend(self) -> None:
        with self.suspend():
            sys.stdout.write("SUSPENDED\n")
            sys.stdout.flush()
            sys.stdin.readline()


if __name__ == "__main__":
    Stage(driver_class()).run()
