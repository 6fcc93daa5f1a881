"""What the library knows of one story."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, TypeAlias

from textual.content import Content
from textual.widgets import Static

from player.tui import wording
from player.tui.script import show
from player.tui.services import Outline, Shelved
from player.tui.wrapping import wrap

if TYPE_CHECKING:  # the first picture does not wait for it
    from player.learner.suiting import Suiting

LABEL_WIDTH = 10
Facts: TypeAlias = tuple[tuple[str, str], ...]


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
        self._outline: Outline | None = None
        self._now: datetime | None = None
        self._coming: dict[str, str] = {}
        self._suiting: Suiting | None = None

    def show_story(
        self, story: Shelved | None, now: datetime, suiting: Suiting | None = None
    ) -> None:
        """Show a story as it stands `now` and as it suits, or nothing."""
        if story is None or self._story is None or story.slug != self._story.slug:
            self._outline = None
        self._story, self._now, self._suiting = story, now, suiting
        self._draw()

    def show_outline(self, slug: str, outline: Outline) -> None:
        """Show more of the story of this slug, where it is still shown."""
        if self._story is not None and self._story.slug == slug:
            self._outline = outline
            self._draw()

    def tell_coming(self, slug: str, words: str) -> None:
        """Say of a story how far its download is; empty: it is over."""
        self._coming.pop(slug, None)
        if words:
            self._coming[slug] = words
        if self._story is not None and self._story.slug == slug:
            self._draw()

    def on_resize(self) -> None:
        """Tell as much as there is room for."""
        self._draw()

    def _draw(self) -> None:
        if self._story is None or self._now is None:
            self.update(Content(""))
        elif self.screen.has_class("-wide"):
            width = self.content_size.width
            coming = self._coming.get(self._story.slug, "")
            outline = self._outline or Outline()
            fits = _fits(self._story, self._suiting)
            told = _all_of(self._story, outline, fits, self._now, width=width, coming=coming)
            self.update(told, layout=False)  # as high as the screen, whatever is told
        else:
            self.update(self._in_short(self._story))

    def _in_short(self, story: Shelved) -> Content:
        """Return how it suits in one row, and below as much of the description as has room."""
        fit = self._suiting.fit(story).sentence if self._suiting else ""
        parts = [Content(show(text)) for text in (fit, story.description) if text]
        return Content("\n").join(parts)


def _all_of(
    story: Shelved,
    outline: Outline,
    fits: Facts,
    now: datetime,
    *,
    width: int,
    coming: str,
) -> Content:
    parts: list[Content] = [Content(show(story.title)).stylize("bold $primary")]
    if story.subtitle:
        parts.append(Content(show(story.subtitle)).stylize("$foreground 75%"))
    if story.description:
        parts += [Content(""), Content(show(story.description))]
    for facts in (fits, _of_story(story, outline, coming), _of_listener(story, outline, now)):
        parts += [Content("")] if facts else []
        parts += [_fact(label, show(value), width) for label, value in facts if value]
    return Content("\n").join(parts)


def _fact(label: str, value: str, width: int) -> Content:
    first, *more = (value[a:b] for a, b in wrap(value, width - LABEL_WIDTH))
    indented = "".join(f"\n{' ' * LABEL_WIDTH}{row}" for row in more)
    return Content.assemble((f"{label:<{LABEL_WIDTH}}", "$secondary"), first, indented)


def _fits(story: Shelved, suiting: Suiting | None) -> Facts:
    """Return how much should be followed and why it is one for the listener, where it is known."""
    if suiting is None:
        return ()
    fit = suiting.fit(story)
    return (("Follow", f"{fit.sentence} {fit.doubt}".strip()), ("For you", suiting.why(story)))


def _of_story(story: Shelved, outline: Outline, coming: str) -> Facts:
    kind = ", ".join(filter(None, (story.genre, wording.kind_of_format(story.format))))
    hardness = (wording.level(story.difficulty_score), wording.difficulty(story.difficulty))
    return (
        ("Length", wording.minutes(story.duration_sec)),
        ("Speaks", _speaks(story, outline)),
        ("Kind", kind),
        ("Level", ", ".join(filter(None, hardness))),
        ("Ages", story.age_range or ""),
        ("From", story.region or ""),
        ("Sound", coming or _sound(story, outline)),
    )


def _of_listener(story: Shelved, outline: Outline, now: datetime) -> Facts:
    bookmarks = f"{story.bookmarks} bookmark{'' if story.bookmarks == 1 else 's'}"
    marks = (wording.reaction(story.reaction), bookmarks if story.bookmarks else "")
    return (
        ("You", wording.progress(story.percentage, is_completed=story.is_completed)),
        ("Endings", _endings(story.endings_found, outline.endings or story.endings_total)),
        ("Played", wording.times(story.play_count)),
        ("Heard", wording.ago(story.last_played_at, now) if story.last_played_at else ""),
        ("Marked", ", ".join(filter(None, marks))),
    )


def _speaks(story: Shelved, outline: Outline) -> str:
    """Return the languages, each with its shares of English where they are known."""
    mixes: dict[str, list[float]] = {}
    for code, mix in outline.variants:
        mixes.setdefault(code.partition("-")[0], []).append(mix)
    told = []
    for base in dict.fromkeys(code.partition("-")[0] for code in story.languages):
        shares = sorted({round(100 * mix) for mix in mixes.get(base, ()) if mix})
        listed = f" (with {', '.join(map(str, shares))} % English)" if shares else ""
        told.append(f"{wording.language(base)}{listed}")
    return ", ".join(told)


def _sound(story: Shelved, outline: Outline) -> str:
    here = outline.clips - outline.clips_missing
    if outline.clips_missing and here:
        counted = f"{here:,} of {outline.clips:,} clips here"
        whole = wording.languages(outline.languages_here)
        return f"downloaded in {whole}; {counted}" if whole else counted
    if outline.clips_missing or not (story.is_downloaded or outline.clips):
        return "online: needs the network"
    kept = f", {wording.megabytes(outline.kept_bytes)} kept" if outline.kept_bytes else ""
    return f"downloaded{kept}"


def _endings(found: int, total: int) -> str:
    if total <= 0:
        return ""
    if total == 1:
        return "1, found" if found else "1"
    return f"{min(found, total)} of {total} found"
