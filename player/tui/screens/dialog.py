"""A box over a screen that asks for one thing."""

from __future__ import annotations

from typing import Generic, TypeVar

from textual.screen import ModalScreen

Answer = TypeVar("Answer")


class Dialog(ModalScreen[Answer], Generic[Answer]):
    """Put everything into one Container, with a KeysRow last: its keys can be clicked."""

    CSS_PATH = "dialog.tcss"
    AUTO_FOCUS = ""
