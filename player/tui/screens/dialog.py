"""A box over a screen that asks for one thing."""

from __future__ import annotations

from typing import Generic, TypeVar

from textual.screen import ModalScreen

Answer = TypeVar("Answer")


class Dialog(ModalScreen[Answer], Generic[Answer]):
    """Put everything into one Container, with a KeysRow last: its keys can be clicked."""

    DEFAULT_CSS = """
    Dialog {
        align: center middle;
        background: $background 60%;
        & > Container {
            width: 64;
            max-width: 96%;
            height: auto;
            max-height: 90%;
            padding: 1 2;
            background: $surface;
            border: round $border;
            border-title-color: $primary;
            border-title-style: bold;
        }
        & KeysRow { dock: none; margin-top: 1; }
        & .quiet { color: $foreground 75%; padding: 0 2; }
        & .words { margin-top: 1; }
    }
    """
    AUTO_FOCUS = ""
