"""The words of You: nothing in them blames, and nothing is claimed that was not heard."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from typing import Final

from textual.content import Content
from textual.style import Style

from player.story.graph import PLACEMENT
from player.tui import wording
from player.tui.glyphs import glyphs
from player.tui.portrait import Believed, Decided, Week, You
from player.tui.script import show
from player.tui.widgets.plots import Bar
from player.tui.wrapping import fit, wrap

QUIET: Final = "$foreground 75%"
LABEL_WIDTH: Final = 10
DATE_WIDTH: Final = 8
MINUTE, HOUR = 60, 3600
LEAST_SCALE: Final = 0.2
"""The share of English that the highest bar stands for, at the least."""

HALF: Final = 4
"""The weeks are told in two halves of so many."""

READING: Final = "Reading what you have heard..."
EMPTY: Final = (
    "Nothing was heard yet.\n\n"
    "What you follow of each language will stand here,\n"
    "how that changed, what you heard, and why\n"
    "kahani chose what you hear.\n\n"
    "{library} leads to the stories: open one, and listen."
)
PLACE: Final = "\n\n{key} finds your level with a few short questions."
FAILED: Final = "This cannot be shown.\n\n{error}\n\n{again} tries once more."
OFF: Final = "kahani changes nothing by itself: that is off in the settings."
OFFLINE: Final = "Offline: what you heard elsewhere may be missing here until then."


def tabs(languages: Sequence[Believed], here: int) -> Content:
    """Return the languages side by side, each to be clicked; the one that is told in brackets."""
    parts = []
    for number, believed in enumerate(languages):
        name = show(wording.language(believed.language))
        is_here = number == here
        part = Content.styled(f"[{name}]" if is_here else f" {name} ", _tab(is_here=is_here))
        parts.append(part.stylize(Style.from_meta({"@click": ("screen.pick", (number,))})))
    return Content(" ").join(parts)


def _tab(*, is_here: bool) -> str:
    return "bold $primary" if is_here else QUIET


def legend() -> Content:
    """Return what the signs of the plot mean."""
    line, band = ("*", ":") if glyphs().is_ascii else ("\u2812\u2812", "\u2815\u2815")
    return Content.assemble(
        ("Lines in 10:  ", QUIET),
        (line, "bold $primary"),
        (" about so many   ", QUIET),
        (band, "$secondary"),
        (" 8 times in 10", QUIET),
    )


def ends(believed: Believed, now: datetime) -> tuple[str, str]:
    """Return what stands below the ends of the plot."""
    if believed.began_at is None or believed.heard_at is None:
        return "", ""
    ended = day(believed.heard_at, now)
    return day(believed.began_at, now), f"{ended}, {wording.counted(believed.visits, 'passage')}"


def moved(believed: Believed, titles: Mapping[str, str], now: datetime) -> str:
    """Return what moved the belief last, and where and when."""
    change = believed.moved
    if change is None:
        return ""
    way = "up" if change.is_up else "down"
    where = title_of(change.slug, titles)
    return f"{change.cause}: that moved it {way} last ({where}, {wording.ago(change.at, now)})."


def held(believed: Believed, by: str, *, is_on: bool) -> str:
    """Return who decides how difficult it is; `is_on`: whether kahani changes anything.

    `by` is "language" or "story" where the listener does, else empty.
    """
    return wording.held(by, wording.language(believed.language)) if by or is_on else OFF


def numbers(you: You, width: int) -> Content:
    """Return what was heard, in numbers."""
    endings = f"{you.endings_found:,} of {you.endings_total:,} found"
    facts = (
        ("Listened", f"{wording.duration(you.seconds)} in all"),
        ("", f"{wording.duration(you.recent_seconds)} in the last 7 days"),
        ("Stories", f"{you.stories:,} begun, {you.finished:,} finished"),
        ("Endings", endings if you.endings_total else ""),
        ("Passages", f"{you.passages:,} heard to the end"),
        ("Liked", _liked(you.likes)),
        ("Marked", wording.bookmarks(you.bookmarks)),
    )
    shown = [_fact(label, value, width) for label, value in facts if value]
    return Content("\n").join(shown)


def minutes(weeks: Sequence[Week]) -> list[Bar]:
    """Return a bar of the minutes heard in each week."""
    most = max((week.seconds for week in weeks), default=0.0)
    return [
        Bar(
            _date(week.begins.day, f"{week.begins:%b}"),
            week.seconds / most if week.seconds else None,
            _briefly(week.seconds),
        )
        for week in weeks
    ]


def english(weeks: Sequence[Week]) -> list[Bar]:
    """Return a bar of the share of English in each week; none where nothing was heard."""
    most = max(LEAST_SCALE, *(week.english or 0.0 for week in weeks))
    return [
        Bar(
            _date(week.begins.day, f"{week.begins:%b}"),
            None if week.english is None else week.english / most,
            "" if week.english is None else f"{round(100 * week.english)}",
        )
        for week in weeks
    ]


def less_english(believed: Believed) -> str:
    """Return how much of what was heard was English, lately and before; no more than that."""
    name = wording.language(believed.language)
    before, lately = _share(believed.weeks[:-HALF]), _share(believed.weeks[-HALF:])
    if lately is None:
        return ""
    told = f"In the last {HALF} weeks {_percent(lately)} of the {name} you heard was English"
    return f"{told}." if before is None else f"{told}; in the {HALF} before, {_percent(before)}."


def decisions(
    decided: Sequence[Decided], titles: Mapping[str, str], now: datetime, width: int
) -> Content:
    """Return the last decisions, one below the other: when, in which story, and why."""
    rows: list[Content] = []
    for (date, slug), told in groupby(decided, lambda each: (day(each.at, now), each.slug)):
        title = fit(show(title_of(slug, titles)), width - DATE_WIDTH)
        rows.append(Content.assemble((f"{date:<{DATE_WIDTH}}", QUIET), (title, "$secondary")))
        for sentence in (show(each.sentence) for each in told):
            pieces = wrap(sentence, width - DATE_WIDTH)
            rows += [Content(f"{' ' * DATE_WIDTH}{sentence[a:b]}") for a, b in pieces]
    return Content("\n").join(rows)


def ways(offered: Sequence[tuple[str, str, str]]) -> Content:
    """Return what can be done, each to be clicked: the key, the words, and the action."""
    return Content("\n").join(_ways(offered))


def _ways(offered: Sequence[tuple[str, str, str]]) -> Iterator[Content]:
    for key, words, action in offered:
        way = Content.assemble((f"{key:<4}", "bold $primary"), words)
        yield way.stylize(Style.from_meta({"@click": (action, ())}))


def title_of(slug: str, titles: Mapping[str, str]) -> str:
    """Return the title of a story; its slug where it is no longer here."""
    if slug.startswith(PLACEMENT):
        return "finding your level"
    return titles.get(slug, slug) or "all stories"


def day(at: datetime, now: datetime) -> str:
    """Return a day of this machine's clock: today, "14 Mar", and the year where it is another."""
    local, today = at.astimezone(), now.astimezone()
    if local.date() == today.date():
        return "today"
    date = _date(local.day, f"{local:%b}")
    return date if local.year == today.year else f"{date} {local.year}"


def _date(number: int, month: str) -> str:
    return f"{number} {month}"


def _briefly(seconds: float) -> str:
    if not seconds:
        return ""
    return f"{seconds / HOUR:.0f} h" if seconds >= 100 * HOUR else f"{max(1, round(seconds / 60))}"


def _liked(likes: Mapping[str, int]) -> str:
    words: Mapping[str, Callable[[int], str]] = {
        "like": lambda n: f"{n:,} liked",
        "love": lambda n: f"{n:,} loved",
        "favorite": lambda n: wording.counted(n, "favorite"),
    }
    return ", ".join(words[kind](likes[kind]) for kind in words if likes.get(kind))


def _share(weeks: Sequence[Week]) -> float | None:
    """Return the share of English in some weeks, by the time heard; None: nothing was."""
    seconds = sum(week.seconds for week in weeks)
    if not seconds:
        return None
    return sum(week.seconds * (week.english or 0.0) for week in weeks) / seconds


def _percent(share: float) -> str:
    percent = round(100 * share)
    return f"about {percent} %" if percent else "0 %"


def _fact(label: str, value: str, width: int) -> Content:
    first, *more = (value[a:b] for a, b in wrap(value, width - LABEL_WIDTH))
    indented = "".join(f"\n{' ' * LABEL_WIDTH}{row}" for row in more)
    return Content.assemble((f"{label:<{LABEL_WIDTH}}", "$secondary"), first, indented)
