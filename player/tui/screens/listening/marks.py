"""Actions on what a listener keeps: likes, bookmarks with notes, and the sleep timer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from player.errors import KahaniError
from player.tui import wording
from player.tui.screens.listening.parts import ListeningParts

if TYPE_CHECKING:
    from player.controller import PlaybackController
    from player.events import PlaceOffered
    from player.playback.bookmarks import Bookmark

UNDO = "listening.undo-switch"


class MarkActions(ListeningParts):
    """What a listener keeps of a story, and when it is to fall silent."""

    def action_like(self) -> None:
        """Like the story: like, love, favorite, none."""
        self._wish(lambda c: c.like())

    def action_bookmark(self) -> None:
        """Ask for a note, and set a bookmark at the line being heard."""
        from player.tui.screens.note import NoteScreen  # noqa: PLC0415 - made by its key

        if self._passage is None:
            return
        lines = self._passage.lines
        words = lines[min(self.transcript.line, len(lines) - 1)].text if lines else ""
        self.hold()
        self.app.push_screen(NoteScreen(words, heading="Bookmark at this line"), self._keep)

    def action_bookmarks(self) -> None:
        """Show all bookmarks; the sound is held."""
        from player.tui.screens.bookmarks import BookmarksScreen  # noqa: PLC0415 - made by its key

        self.hold()
        self.app.push_screen(BookmarksScreen(self._wishes, go=self._go_to), self._come_back)

    def offer(self, event: PlaceOffered) -> None:
        """Ask whether to go where the listener was on another machine, or here before."""
        from player.tui.screens.question import QuestionScreen  # noqa: PLC0415 - seldom made

        where = "Here, before" if event.is_here else f"On {event.device or 'another machine'}"
        when = wording.ago(event.at, self._wishes.now())
        self.hold()
        words = f"{where}, {when}, {round(event.percentage)} % heard:\n{event.words}"
        self.app.push_screen(QuestionScreen("Go on there?", words), self._answer)

    def action_download(self) -> None:
        """Ask about the download of this story, or stop it."""
        now = self._situation
        if now.slug:
            self._wishes.download(now.slug, now.title, now.language)

    def action_sleep(self) -> None:
        """Ask when to fall silent."""
        from player.tui.screens.sleep import SleepScreen  # noqa: PLC0415 - made by its key

        self.app.push_screen(SleepScreen(self._situation.sleep_minutes), self._sleep)

    def _keep(self, note: str | None) -> None:
        is_held, self._is_held = self._is_held, False

        async def keep(controller: PlaybackController) -> None:
            if note is not None:
                await controller.bookmarks.add(note)
                self._say("Bookmark set.")
            if is_held:
                await controller.toggle(is_on=True)

        self._wish(keep)

    def _go_to(self, bookmark: Bookmark) -> None:
        is_held, self._is_held = self._is_held, False

        async def go(controller: PlaybackController) -> None:
            try:
                await controller.go_to(bookmark)
            except KahaniError:
                if is_held:
                    await controller.toggle(is_on=True)
                raise
            self._say(f"Back at the bookmark. {self._key_of(UNDO)} leads to where you were.")

        self._wish(go)

    def _answer(self, is_wanted: bool | None) -> None:
        is_held, self._is_held = self._is_held, False

        async def answer(controller: PlaybackController) -> None:
            await controller.offer.answer(go=bool(is_wanted))
            if is_wanted:
                self._say(f"{self._key_of(UNDO)} leads to where you were.")
            elif is_held:
                await controller.toggle(is_on=True)

        self._wish(answer)

    def _come_back(self, _: None) -> None:
        self.go_on()

    def _sleep(self, minutes: int | None) -> None:
        if minutes is not None:
            self._wish(lambda c: c.sleep_in(minutes or None))
