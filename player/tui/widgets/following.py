"""A view that keeps what is heard in sight, and lets go while the listener scrolls."""

from __future__ import annotations

from typing import Final

from textual.scroll_view import ScrollView
from textual.timer import Timer

COMES_BACK_AFTER: Final = 5.0
"""Seconds after which the listener, who scrolled away, is taken back."""


class FollowingView(ScrollView):
    """Of rows, some of which are heard now; `rows_heard` is to say which."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - as every widget has it
        super().__init__(id=id)
        self._comes_back: Timer | None = None

    @property
    def rows_heard(self) -> range:
        """The rows to be kept in sight."""
        return range(0)

    def scroll_by(self, rows: int) -> None:
        """Scroll as the listener wishes; what is heard comes back by itself."""
        self.let_go()
        self.scroll_to(y=self.scroll_offset.y + rows, animate=False)

    def centre(self) -> None:
        """Put what is heard in the middle, unless the listener has scrolled away."""
        rows = self.rows_heard
        if self._comes_back is None and len(rows):
            middle = (rows.start + rows.stop) // 2
            top = min(rows.start, middle - self.size.height // 2)
            self.scroll_to(y=max(0, top), animate=False, force=True)  # the first time too

    def let_go(self) -> None:
        """Stay where the listener has scrolled to, for a while."""
        self.follow()
        self._comes_back = self.set_timer(COMES_BACK_AFTER, self.come_back)

    def follow(self) -> None:
        """Keep what is heard in sight from now on."""
        if self._comes_back is not None:
            self._comes_back.stop()
            self._comes_back = None

    def come_back(self) -> None:
        """Show what is heard, and follow it."""
        self.follow()
        self.centre()

    def on_mouse_scroll_up(self) -> None:
        """Let go while the listener scrolls."""
        self.let_go()

    def on_mouse_scroll_down(self) -> None:
        """Let go while the listener scrolls."""
        self.let_go()

    def on_scroll_to(self) -> None:
        """Let go while the listener drags the scroll bar."""
        self.let_go()
