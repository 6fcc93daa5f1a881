"""Bookmarks: every place that was marked, in all stories, with its note."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, ClassVar

from textual import getters, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content
from textual.widgets import Static

from player.errors import KahaniError
from player.tui import keys, wording
from player.tui.screens.roomy import RoomyScreen
from player.tui.script import show
from player.tui.widgets.bookmark_list import BookmarkList
from player.tui.widgets.keys_row import KeysRow
from player.tui.widgets.title_bar import TitleBar
from player.tui.widgets.too_small import TooSmall
from player.tui.wishes import Wishes

if TYPE_CHECKING:
    from player.controller import PlaybackController
    from player.playback.bookmarks import Bookmark

EMPTY = (
    "There are no bookmarks yet.\n\n"
    "While you listen, b sets one at the line being heard,\n"
    "with a note if you like. The sleep timer sets one too."
)
NEEDS_ONE = ("go", "note", "remove")


class BookmarksScreen(RoomyScreen):
    """Closes by itself before `go` is called with the bookmark to go to."""

    CSS_PATH = "bookmarks.tcss"
    BINDINGS: ClassVar[list[BindingType]] = list(keys.BOOKMARKS)

    title_bar = getters.query_one(TitleBar)
    bookmarks = getters.query_one(BookmarkList)
    state = getters.query_one("#state", Static)

    def __init__(self, wishes: Wishes, *, go: Callable[[Bookmark], None]) -> None:
        super().__init__(classes="-empty")
        self._wishes = wishes
        self._go = go

    def compose(self) -> ComposeResult:
        """Make the widgets, top to bottom."""
        yield TitleBar()
        yield BookmarkList()
        yield Static("", id="state", markup=False)
        yield KeysRow()
        yield TooSmall()

    def on_mount(self) -> None:
        """Ask for the bookmarks."""
        self.title_bar.left = "Bookmarks"
        self._fill()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002
        """Offer only what can be done."""
        return action not in NEEDS_ONE or self.bookmarks.bookmark is not None

    @on(BookmarkList.Picked)
    def go_to_picked(self) -> None:
        """Go where was clicked."""
        self.action_go()

    def action_move(self, step: int) -> None:
        """Highlight another bookmark."""
        self.bookmarks.move(step)

    def action_go(self) -> None:
        """Go to the highlighted bookmark."""
        if (bookmark := self.bookmarks.bookmark) is not None:
            self.dismiss()
            self._go(bookmark)

    def action_note(self) -> None:
        """Change the note of the highlighted bookmark."""
        from player.tui.screens.note import NoteScreen  # noqa: PLC0415 - made by its key

        if (bookmark := self.bookmarks.bookmark) is None:
            return

        def keep(note: str | None) -> None:
            if note is not None:
                self._change(lambda c: c.bookmarks.change(bookmark.id, note))

        dialog = NoteScreen(bookmark.words, heading="Note", note=bookmark.note)
        self.app.push_screen(dialog, keep)

    def action_remove(self) -> None:
        """Remove the highlighted bookmark, once the listener has said so."""
        from player.tui.screens.question import QuestionScreen  # noqa: PLC0415 - made by its key

        if (bookmark := self.bookmarks.bookmark) is None:
            return

        def remove(is_sure: bool | None) -> None:
            if is_sure:
                self._change(lambda c: c.bookmarks.remove(bookmark.id))

        dialog = QuestionScreen("Remove this bookmark?", bookmark.words)
        self.app.push_screen(dialog, remove)

    def action_close(self) -> None:
        """Go back."""
        self.dismiss()

    def _change(self, act: Callable[[PlaybackController], Awaitable[None]]) -> None:
        async def change(controller: PlaybackController) -> None:
            await act(controller)
            await self._ask(controller)

        self._wishes.wish(change)

    def _fill(self) -> None:
        self._wishes.wish(self._ask)

    async def _ask(self, controller: PlaybackController) -> None:
        try:
            found = await controller.bookmarks.all()
        except KahaniError as error:
            self._show_state(f"The bookmarks cannot be shown.\n\n{error}")
            return
        if not self.is_attached:
            return
        session = controller.session
        here = session.story.slug if session else ""
        self.bookmarks.fill(found, here, self._wishes.now())
        self.title_bar.right = wording.bookmarks(len(found))
        self._show_state("" if found else EMPTY)

    def _show_state(self, words: str) -> None:
        if self.is_attached:
            self.set_class(bool(words), "-empty")
            self.state.update(Content(show(words)))
            self.refresh_bindings()
