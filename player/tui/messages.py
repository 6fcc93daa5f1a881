"""What widgets and layers below send up to a screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.message import Message

if TYPE_CHECKING:  # the first picture does not wait for it
    from player.events import Event
    from player.tui.services import Shelved


class Told(Message):
    """Something happened below: one event of `player.events`."""

    def __init__(self, event: Event) -> None:
        super().__init__()
        self.event = event


class StoryPicked(Message):
    """The listener wants to hear a story."""

    def __init__(self, slug: str) -> None:
        super().__init__()
        self.slug = slug


class DownloadPicked(Message):
    """The listener wants a story to be downloaded, or no longer."""

    def __init__(self, story: Shelved) -> None:
        super().__init__()
        self.story = story


class StoryHighlighted(Message):
    """Another story of the list is looked at; `index` is its place in what was given, or None."""

    def __init__(self, index: int | None) -> None:
        super().__init__()
        self.index = index


class ChoicePicked(Message):
    """The listener wants to take the choice at `index`, from 0."""

    def __init__(self, index: int) -> None:
        super().__init__()
        self.index = index


class SeekRequested(Message):
    """The listener wants to hear another place of the clip."""

    def __init__(self, position_ms: int) -> None:
        super().__init__()
        self.position_ms = position_ms
