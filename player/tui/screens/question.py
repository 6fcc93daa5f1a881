"""A question before something is gone: yes or no."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container
from textual.content import Content
from textual.widgets import Static

from player.tui import keys
from player.tui.screens.dialog import Dialog
from player.tui.script import show
from player.tui.widgets.keys_row import KeysRow


class QuestionScreen(Dialog[bool]):
    """Is dismissed with the answer; `words` is what it is about."""

    BINDINGS: ClassVar[list[BindingType]] = list(keys.QUESTION)

    def __init__(self, question: str, words: str = "") -> None:
        super().__init__()
        self._question = question
        self._words = words

    def compose(self) -> ComposeResult:
        """Make the dialog."""
        with Container() as box:
            box.border_title = self._question
            yield Static(Content(show(self._words)), classes="quiet")
            yield KeysRow()

    def action_answer(self, answer: bool) -> None:
        """Give the answer."""
        self.dismiss(answer)
