"""Downloads as the listener meets them: asked about before, told of while, and told once over."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from textual import on

from player.errors import KahaniError
from player.tui import wording
from player.tui.messages import DownloadPicked, Told
from player.tui.settled import SettledApp
from player.tui.workers import begin

if TYPE_CHECKING:  # the first picture waits for none of these
    from player.tui.services import Offer, Portion

UNDER_WAY = ("waiting", "coming")
KEY = "library.download"


class DownloadingApp(SettledApp):
    """One key for a story: download it, stop that, let it go again; whatever makes sense now."""

    def download(self, slug: str, title: str, language: str | None) -> None:
        """Ask about the download of a story that is heard in this language, or stop it."""
        if self.controller is not None:
            begin(
                self, partial(self._about, slug, title, language), group="download", exclusive=True
            )

    @on(DownloadPicked)
    def download_picked(self, message: DownloadPicked) -> None:
        """Ask about the story that is looked at in the library."""
        story = message.story
        self.download(story.slug, story.title, next(iter(story.languages), None))

    @on(Told)
    def tell_download(self, message: Told) -> None:
        """Say how a download ended, and show its story as it is now."""
        from player.events import DownloadChanged  # noqa: PLC0415 - not for the first picture

        event = message.event
        if not isinstance(event, DownloadChanged) or event.state in UNDER_WAY:
            return
        title = next((s.title for s in self.stories if s.slug == event.slug), event.slug)
        here = f"{event.clips_here:,} of {event.clips:,} clips are here"
        again = self.key_of(KEY)
        if event.state == "done":
            self.say(f"{title}: downloaded.")
        elif event.state == "stopped":
            self.say(f"{title}: {here}. {again} goes on from there.")
        else:
            self.say(f"{title}: {here}. {event.sentence}", "warning")
        self.refresh_stories()

    async def _about(self, slug: str, title: str, language: str | None) -> None:
        try:
            offer = await self._services.offer(slug, language)
            if offer.is_under_way:
                await self._services.stop_download(slug)
            elif not offer.portions:
                self.say(f"{title} came with all its clips: it needs no network.")
            elif offer.is_kept and not offer.portions[-1].clips_missing:
                await self._ask_to_let_go(offer, title)
            else:
                await self._ask_to_download(offer, title)
        except KahaniError as error:
            self.say(str(error), "error")

    async def _ask_to_download(self, offer: Offer, title: str) -> None:
        from player.tui.screens.download import LET_GO, DownloadScreen  # noqa: PLC0415 - by its key

        answer: Portion | str | None = await self.push_screen_wait(DownloadScreen(offer, title))
        if answer == LET_GO:
            await self._let_go(offer, title)
        elif answer is not None and not isinstance(answer, str):
            await self._services.download(offer.slug, answer.language)

    async def _ask_to_let_go(self, offer: Offer, title: str) -> None:
        from player.tui.screens.question import QuestionScreen  # noqa: PLC0415 - by its key

        size = wording.megabytes(offer.kept_bytes)
        question = QuestionScreen("Let the download go?", f"{title}: {size} are kept for it.")
        if await self.push_screen_wait(question):
            await self._let_go(offer, title)

    async def _let_go(self, offer: Offer, title: str) -> None:
        await self._services.let_go(offer.slug)
        self.say(f"{title}: its clips may go when their room is needed.")
        self.refresh_stories()
