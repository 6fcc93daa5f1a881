"""What the library knows of one story."""

from __future__ import annotations

from datetime import datetime

from textual.content import Content
from textual.widgets import Static

from player.tui import wording
from player.tui.script import show
from player.tui.services import Shelved
from player.tui.wrapping import wrap

LABEL_WIDTH = 10


class StoryDetails(Static):
    """Beside the list on a wide screen, below it on a small one, where it is short."""

    DEFAULT_CSS = """
    StoryDetails {
        background: $surface;
        padding: 1 3;
    }
    """

    def __init__(self) -> None:
        super().__init__(markup=False)
        self._story: Shelved | None = None
        self._now: datetime | None = None

    def show_story(self, story: Shelved | None, now: datetime) -> None:
        """Show a story as it stands `now`, or nothing."""
        self._story, self._now = story, now
        self._draw()

    def on_resize(self) -> None:
        """Tell as much as there is room for."""
        self._draw()

    def _draw(self) -> None:
        if self._story is None or self._now is None:
            self.update(Content(""))
        elif self.screen.has_class("-wide"):
            self.update(_all_of(self._story, self._now, self.content_size.width))
        else:
            self.update(Content(show(self._story.description)))


def _all_of(story: Shelved, now: datetime, width: int) -> Content:
    parts: list[Content] = [Content(show(story.title)).stylize("bold $primary")]
    if story.subtitle:
        parts.append(Content(show(story.subtitle)).stylize("$foreground 75%"))
    if story.description:
        parts += [Content(""), Content(show(story.description))]
    parts.append(Content(""))
    for label, value in _facts(story, now):
        if value:
            parts.append(_fact(label, show(value), width))
    return Content("\n").join(parts)


def _fact(label: str, value: str, width: int) -> Content:
    first, *more = (value[a:b] for a, b in wrap(value, width - LABEL_WIDTH))
    indented = "".join(f"\n{' ' * LABEL_WIDTH}{row}" for row in more)
    return Content.assemble((f"{label:<{LABEL_WIDTH}}", "$secondary"), first, indented)


def _facts(story: Shelved, now: datetime) -> tuple[tuple[str, str], ...]:
    heard = wording.ago(story.last_played_at, now) if story.last_played_at else ""
    marks = [wording.reaction(story.reaction), "bookmarked" if story.bookmarks else ""]
    kind = ", ".join(filter(None, (story.genre, story.format)))
    return (
        ("Length", wording.minutes(story.duration_sec)),
        ("Speaks", wording.languages(story.languages)),
        ("Kind", kind),
        ("Ages", story.age_range or ""),
        ("From", story.region or ""),
        ("You", wording.progress(story.percentage, is_completed=story.is_completed)),
        ("Heard", heard),
        ("Marked", ", ".join(filter(None, marks))),
    )
