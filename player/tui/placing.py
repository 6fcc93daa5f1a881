"""Placements as the listener meets them: offered before a story, and left for the story again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from textual.app import SystemCommand
from textual.screen import Screen

from player.errors import KahaniError
from player.tui.going import GoingApp
from player.tui.workers import begin

if TYPE_CHECKING:  # the first picture waits for none of these
    from player.controller import PlaybackController


class PlacingApp(GoingApp):
    """Finds a listener's level before their first story in a language, where they want that.

    `story_after` is the story that was wanted when a placement began; it opens once that is left.
    """

    placements: Sequence[str] = ()
    """The slugs of the placements that there are, once the library is open."""

    story_after: str = ""

    def find_level(self, slug: str) -> None:
        """Play a placement, because the listener wants to; a story waits for nothing then."""
        self.story_after = ""
        self._close_you()
        begin(self, partial(self.open_story, slug), group="story")

    async def open_story(self, slug: str) -> None:
        """Open a story; the app with a library knows how."""

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """Put everything that a key does in the palette, and the placements."""
        from player.story.placements import language_of  # noqa: PLC0415 - not for the first picture
        from player.tui import wording  # noqa: PLC0415 - not for the first picture
        from player.tui.commands import commands  # noqa: PLC0415 - not for the first picture

        yield from commands(self, screen)
        if screen.is_modal:
            return
        for slug in self.placements:
            name = f"Find my level: {wording.language(language_of(slug))}"
            act = partial(self.find_level, slug)
            yield SystemCommand(name, "Eight short clips, so that stories begin at your level", act)

    def action_library(self) -> None:
        """Go to the library, or from a placement to the story that waits for it."""
        screen = self._listening
        is_left = screen is not None and self.screen is screen and screen.is_placement
        if not (is_left and self._leave_placement()):
            super().action_library()

    async def _open_placed(self, slug: str) -> None:
        """Open a story that was picked, after a placement where one is to be offered and wanted."""
        self.story_after = ""
        placement = await self._placement_before(slug)
        if placement is None:
            await self.open_story(slug)
        else:
            begin(self, partial(self._offer, placement, slug), group="offer", exclusive=True)

    async def _offer(self, placement: str, slug: str) -> None:
        from player.story.placements import language_of, offer_of  # noqa: PLC0415 - seldom
        from player.tui.screens.placement_offer import PlacementOffer  # noqa: PLC0415 - seldom

        is_wanted = await self.push_screen_wait(PlacementOffer(language_of(placement)))
        if is_wanted is None:
            return
        if self.controller is not None:
            await self.controller.viewed(offer_of(placement))
        self.story_after = slug if is_wanted else ""
        begin(self, partial(self.open_story, placement if is_wanted else slug), group="story")

    async def _placement_before(self, slug: str) -> str | None:
        controller = self.controller
        if controller is None or slug in self.placements or _is_open(controller, slug):
            return None
        beliefs = controller.adapting.state.beliefs
        known = {language for language, belief in beliefs.items() if belief.points}
        try:
            return await self._services.placement_before(slug, known)
        except KahaniError:  # the story is heard without; where it cannot be read, that is told
            return None

    def _leave_placement(self) -> bool:
        """Open the story that waits for the end of a placement; return whether there is one."""
        slug, self.story_after = self.story_after, ""
        if slug:
            begin(self, partial(self.open_story, slug), group="story")
        return bool(slug)


def _is_open(controller: PlaybackController, slug: str) -> bool:
    return controller.session is not None and controller.session.story.slug == slug
