"""What the library knows of one story."""

from __future__ import annotations

from datetime import datetime

from textual.content import Content
from textual.widgets import Static

from player.tui import wording
from player.tui.script import show
from player.tui.services import Shelved

LABEL_WIDTH = 10


class StoryDetails(Static):
    """Beside the list on a wide screen, below it on a small one, where it is short."""

    DEFAULT_CSS = """
    StoryDetails {
        background: $surface;
        padding: 1 3;
    }
    """

    def show_story(self, story: Shelved | None, now: datetime, *, is_short: bool) -> None:
        """Show a story, or nothing."""
        if story is None:
            self.update(Content(""))
        elif is_short:
            self.update(Content(show(story.description)))
        else:
            self.update(_all_of(story, now))


def _all_of(story: Shelved, now: datetime) -> Content:
    parts: list[Content] = [Content(show(story.title)).stylize("bold $primary")]
    if story.subtitle:
        parts.append(Content(show(story.subtitle)).stylize("$foreground 75%"))
    if story.description:
        parts += [Content(""), Content(show(story.description))]
    parts.append(Content(""))
    for label, value in _facts(story, now):
        if value:
            parts.append(Content.assemble((f"{label:<{LABEL_WIDTH}}", "$secondary"), show(value)))
    return Content("\n").join(parts)


def _facts(story: Shelved, now: datetime) -> tuple[tuple[str, str], ...]:
    heard = wording.ago(story.last_played_at, now) if story.last_played_at else ""
    marks = [wording.reaction(story.reaction), "bookmarked" if story.is_bookmarked else ""]
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
