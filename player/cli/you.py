"""What the screen You tells, made of the local store; nothing here is for the event loop."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from datetime import date, datetime
from threading import Lock
from typing import TYPE_CHECKING, Any, Final

from db.asking.offered import placements
from db.asking.you import Mark, events_since
from player.cli.diary import Diary, Heard, weeks
from player.languages import language_name
from player.learner.holds import Holds
from player.learner.recounting import Change, told
from player.story.cleaning import quoted
from player.story.graph import PLACEMENT
from player.tui.portrait import Believed, Decided, Moved, Span, Week, You
from player.tui.wording import counted, duration

if TYPE_CHECKING:
    from db.records import ListenedRecord
    from db.store import Store

MOST_SPANS: Final = 320
"""More than a plot has columns of dots."""

WEEKS: Final = 8
MS: Final = 1000.0


class Portraying:
    """Keeps what was made of the events, and goes on from it; any thread may ask."""

    def __init__(self, store: Store, *, now: Callable[[], datetime]) -> None:
        self._store = store
        self._now = now
        self._lock = Lock()
        self._mark: Mark | None = None
        self._level = ""
        self._diary = Diary("")

    def you(self, level: str) -> You:
        """Return what is known of the listener, whose stated level this is.

        A second where there are tens of thousands of events; then milliseconds, or what the new
        ones take.
        """
        with self._lock:
            now = self._now()
            diary = self._read(level, now)
            slugs = self._store.read(placements)
            return drawn(diary, self._store.listened(), slugs, now)

    def _read(self, level: str, now: datetime) -> Diary:
        mark = self._mark if level == self._level else None
        self._mark = None  # where the reading fails half-way, all is read again
        mark, records, goes_on = self._store.read(lambda tx: events_since(tx, mark))
        if not goes_on:
            self._diary = Diary(level)
        if records and not self._diary.read(records, now):
            mark, records, _ = self._store.read(lambda tx: events_since(tx, None))
            self._diary = Diary(level)
            self._diary.read(records, now)
        self._mark, self._level = mark, level
        return self._diary


def drawn(
    diary: Diary, listened: Mapping[str, ListenedRecord], slugs: tuple[str, ...], now: datetime
) -> You:
    """Return what a diary tells, with what was `listened` to; `slugs` are those of placements."""
    today = now.astimezone().date()
    tests = {slug.removeprefix(PLACEMENT): slug for slug in slugs}
    codes = sorted(diary.latest, key=lambda code: (diary.latest[code], code), reverse=True)
    pinned = Holds.of(diary.holding).pinned
    return You(
        languages=tuple(
            _believed(diary, code, today, is_pinned=code in pinned, placement=tests.get(code, ""))
            for code in codes
        ),
        seconds=sum(heard.ms for heard in diary.days.values()) / MS,
        recent_seconds=weeks(diary.days, today, 1)[0][1].ms / MS,
        weeks=_weeks(diary.days, today),
        passages=diary.passages,
        decisions=tuple(
            Decided(at=each.at, slug=each.slug, language=each.language, sentence=each.sentence)
            for each in reversed(diary.decisions)
        ),
        placements=tests,
        **_counted(diary, listened),
    )


def numbers(you: You) -> dict[str, Any]:
    """Return the numbers alone, for programs; times in whole seconds."""
    return {
        "seconds": round(you.seconds),
        "seconds_in_7_days": round(you.recent_seconds),
        "stories": you.stories,
        "finished": you.finished,
        "endings_found": you.endings_found,
        "endings_total": you.endings_total,
        "passages": you.passages,
        "bookmarks": you.bookmarks,
        "likes": dict(sorted(you.likes.items())),
    }


def numbers_told(you: You) -> str:
    """Return the numbers in a sentence."""
    stories = "1 story" if you.stories == 1 else f"{you.stories:,} stories"
    likes, total = sum(you.likes.values()), you.endings_total
    told = (
        f"{duration(you.seconds)} ({duration(you.recent_seconds)} in the last 7 days)",
        f"{counted(you.passages, 'passage')} to the end",
        f"{stories} begun, {you.finished:,} finished",
        f"{you.endings_found:,} of {counted(total, 'ending')} found" if total else "",
        f"{likes:,} liked" if likes else "",
    )
    return f"You heard {'; '.join(filter(None, told))}."


def _counted(diary: Diary, listened: Mapping[str, ListenedRecord]) -> dict[str, Any]:
    """Return the numbers of the stories heard; placements are none."""
    known = {slug: did for slug, did in listened.items() if not slug.startswith(PLACEMENT)}
    begun = {slug for slug, did in known.items() if did.play_count or did.percentage > 0}
    return {
        "stories": len(begun | diary.stories),
        "finished": sum(did.is_completed for did in known.values()),
        "endings_found": sum(did.endings_found for did in known.values()),
        "endings_total": sum(max(did.endings_total, did.endings_found) for did in known.values()),
        "bookmarks": sum(did.bookmarks for did in known.values()),
        "likes": Counter(did.reaction for did in known.values() if did.reaction),
    }


def _believed(diary: Diary, code: str, today: date, *, is_pinned: bool, placement: str) -> Believed:
    chronicle = diary.chronicle
    weekly = _weeks(diary.by_language[code], today)
    belief = chronicle.state.beliefs.get(code)
    if belief is None:
        return Believed(
            language=code,
            sentence=f"You heard no passage out in {_name(code)} yet, so nothing is believed.",
            heard_at=diary.latest[code],
            is_pinned=is_pinned,
            weeks=weekly,
            placement=placement,
        )
    moments = chronicle.moments(code, MOST_SPANS)
    return Believed(
        language=code,
        sentence=told(belief, _name(code)),
        spans=tuple(Span(*moment.lines_in_ten) for moment in moments),
        visits=chronicle.count(code),
        began_at=moments[0].at,
        heard_at=diary.latest[code],
        moved=_moved(chronicle.changes.get(code)),
        is_pinned=is_pinned,
        weeks=weekly,
        placement=placement,
    )


def _moved(change: Change | None) -> Moved | None:
    if change is None:
        return None
    seen = change.observation
    return Moved(cause=change.cause, slug=seen.story, at=seen.at, is_up=change.shift > 0)


def _weeks(days: Mapping[date, Heard], today: date) -> tuple[Week, ...]:
    return tuple(
        Week(begins, heard.ms / MS, heard.english_ms / heard.ms if heard.ms else None)
        for begins, heard in weeks(days, today, WEEKS)
    )


def _name(code: str) -> str:
    return quoted(language_name(code), marks="")
