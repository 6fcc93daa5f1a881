"""A screen whose stories can be narrowed: the search box, the panel and the row of filters."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from textual import getters
from textual.binding import BindingType
from textual.containers import Container

from player.tui import keys
from player.tui.screens.roomy import RoomyScreen
from player.tui.scripted import key_of
from player.tui.services import Services, Shelved
from player.tui.widgets.story_list import StoryList
from player.tui.workers import begin

if TYPE_CHECKING:  # made when they are first wanted; the first picture need not wait for them
    from player.tui.filters import Choice, Chosen
    from player.tui.narrowing import Narrowing
    from player.tui.widgets.filter_panel import FilterPanel
    from player.tui.widgets.filter_row import FilterRow
    from player.tui.widgets.search_box import SearchBox

MANY = 2000
"""From so many stories on the filters are made ready before anybody asks for them."""

REST_SECONDS = 0.005
SHOWN_AGAIN = 8
"""While keys are made, after how many batches of them what is found is shown again."""


class NarrowedScreen(RoomyScreen):
    """Holds what narrows; `show_stories` of the screen itself shows what is left."""

    BINDINGS: ClassVar[list[BindingType]] = list(keys.LIBRARY)

    story_list = getters.query_one(StoryList)
    body = getters.query_one("#body", Container)

    def __init__(self, services: Services) -> None:
        super().__init__(classes="-without-stories")
        self.services = services
        self.stories: Sequence[Shelved] = ()
        self.narrowing: Narrowing | None = None
        self.search_box: SearchBox | None = None
        self.filter_panel: FilterPanel | None = None
        self.filter_row: FilterRow | None = None

    def show_stories(self, *, keeps_place: bool = False) -> None:
        """Show what is left; `keeps_place`: with the highlight on the story it is on."""

    @property
    def is_asked(self) -> bool:
        """Whether the search box or the panel of filters has the keys."""
        return any(one and one.has_focus for one in (self.search_box, self.filter_panel))

    def narrow_again(self) -> None:
        """Go on with another catalogue, or with rows of it that changed."""
        if len(self.stories) > MANY:
            begin(self, self._look_ahead, group="filters", exclusive=True)
        if self.narrowing is not None:
            self.narrowing.take(self.stories, self.story_list.suited.suiting)
            self._offer()
            if self.search_box is not None:
                self._learn()

    def on_filter_panel_toggled(self, message: FilterPanel.Toggled) -> None:
        """Put a filter on, or take it away."""
        self._choose(message.choice)

    async def action_search(self) -> None:
        """Begin to search, or go on."""
        self._narrow()
        if self.search_box is None:
            from player.tui.widgets.search_box import SearchBox  # noqa: PLC0415 - see above

            self.search_box = SearchBox(self._find)
            await self.mount(self.search_box, before="#body")
            self._learn()
        self.set_focus(self.search_box)
        self.refresh_bindings()

    async def action_clear_search(self) -> None:
        """Leave the search; the filters stay."""
        if self.search_box is not None:
            search, self.search_box = self.search_box, None
            self._narrow().query = ""
            await search.remove()
            self.show_stories(keeps_place=True)

    async def action_filters(self) -> None:
        """Choose filters, beside the stories that they leave."""
        self._narrow()
        if self.filter_panel is None:
            from player.tui.widgets.filter_panel import FilterPanel  # noqa: PLC0415 - see above

            self.filter_panel = FilterPanel()
            self.add_class("-filtering")
            await self.body.mount(self.filter_panel)
            self._offer()
        self.set_focus(self.filter_panel)
        self.refresh_bindings()

    async def action_close_filters(self) -> None:
        """Go back to the stories, or to the search that was begun."""
        if self.filter_panel is not None:
            panel, self.filter_panel = self.filter_panel, None
            await panel.remove()
            self.remove_class("-filtering")
            if self.search_box is not None:
                self.set_focus(self.search_box)
            self.refresh_bindings()

    def action_clear_filters(self) -> None:
        """Take all filters away; the search stays."""
        from player.tui.filters import Chosen  # noqa: PLC0415 - not for the first picture

        self._put_on(Chosen())

    def action_toggle_filter(self, name: str, value: str) -> None:
        """Put on the filter of this name, or take it away."""
        from player.tui.filters import Choice, Filter  # noqa: PLC0415 - not for the first picture

        self._choose(Choice(Filter[name], value))

    def _narrow(self) -> Narrowing:
        if self.narrowing is None:
            from player.tui.narrowing import Narrowing  # noqa: PLC0415 - see above

            self.narrowing = Narrowing(self.stories, self.story_list.suited.suiting)
        return self.narrowing

    def _find(self, query: str) -> None:
        if self.search_box is not None:
            self._narrow().query = query
            self.show_stories()

    def _choose(self, choice: Choice) -> None:
        self._put_on(self._narrow().chosen.toggled(choice))

    def _put_on(self, chosen: Chosen) -> None:
        self._narrow().choose(chosen)
        self._offer()
        self.show_stories()
        self.call_later(self._tell_filters)

    async def _tell_filters(self) -> None:
        """Say in a row which filters are on, as long as any is."""
        chosen = self._narrow().chosen
        if chosen and self.filter_row is None:
            from player.tui.widgets.filter_row import FilterRow  # noqa: PLC0415 - see above

            self.filter_row = FilterRow(key_of(self, "library.clear-filters"))
            self.filter_row.chosen = chosen
            await self.mount(self.filter_row, before="#body")
        elif chosen and self.filter_row is not None:
            self.filter_row.chosen = chosen
        elif self.filter_row is not None:
            row, self.filter_row = self.filter_row, None
            await row.remove()

    def _offer(self) -> None:
        if self.filter_panel is not None and self.narrowing is not None:
            self.filter_panel.offer(self.narrowing.offered(), self.narrowing.chosen)

    async def _look_ahead(self) -> None:
        """Look at all stories bit by bit, so that the filters open at once."""
        narrowing = self._narrow()
        for _ in iter(narrowing.step, False):
            await asyncio.sleep(REST_SECONDS)

    def _learn(self) -> None:
        begin(self, self._learn_words, group="library", exclusive=True)

    async def _learn_words(self) -> None:
        """Learn by what stories are found; show meanwhile what is found so far."""
        narrowing = self._narrow()
        batches = 0
        async for _ in narrowing.prepare(self.services.words):
            batches += 1
            if narrowing.query and batches % SHOWN_AGAIN == 0:
                self.show_stories(keeps_place=self.story_list.place > 0)
        if narrowing.query:
            self.show_stories(keeps_place=self.story_list.place > 0)
