"""A listener of two languages, for the tests and pictures of You."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from player.tui.portrait import Believed, Decided, Moved, Span, Week, You

NOON = datetime(2026, 3, 12, 12, tzinfo=UTC)
SENTENCE = "Hindi: you should follow about 8 lines in 10 of a middling story."


def weeks(*english: float | None) -> tuple[Week, ...]:
    """Return weeks with these shares of English; half an hour was heard in each that has one."""
    begins = date(2026, 3, 8) - timedelta(weeks=len(english) - 1)
    return tuple(
        Week(begins + timedelta(weeks=n), 0.0 if share is None else 1800.0 - 120 * n, share)
        for n, share in enumerate(english)
    )


def spans() -> tuple[Span, ...]:
    """Return a belief that rises, falls a little, and grows surer."""
    found = []
    for n in range(120):
        middle = 5 + 3.2 * n / 119 - (1.4 if 40 < n < 60 else 0)
        wide = 3.8 - 2.4 * n / 119
        found.append(Span(max(0.2, middle - wide), middle, min(9.9, middle + wide)))
    return tuple(found)


HINDI = Believed(
    language="hi",
    sentence=SENTENCE,
    spans=spans(),
    visits=214,
    began_at=NOON - timedelta(days=61),
    heard_at=NOON,
    moved=Moved(cause="You followed a passage without help", slug="crow", at=NOON, is_up=True),
    weeks=weeks(0.6, 0.6, 0.45, None, 0.3, 0.3, 0.2, 0.1),
)
TAMIL = Believed(
    language="ta",
    sentence="We are still getting to know your Tamil (3 passages so far): you should follow about "
    "2 to 8 lines in 10 of a middling story.",
    spans=(Span(1.4, 5.0, 8.6), Span(1.6, 5.3, 8.8), Span(1.8, 5.5, 8.8), Span(1.7, 5.4, 8.7)),
    visits=3,
    began_at=NOON - timedelta(days=2),
    heard_at=NOON - timedelta(days=2),
    moved=Moved(
        cause="You replayed the last lines", slug="lamp", at=NOON - timedelta(days=2), is_up=False
    ),
    weeks=weeks(*[None] * 7, 0.0),
    is_pinned=True,
    placement="placement-ta",
)


def listener() -> You:
    """Return somebody who heard some stories."""
    told = (
        (0, "crow", "You followed a passage without help: a little less English, 30 % to 20 %."),
        (0, "crow", "Begun with 30 % English: you should follow about 8 lines in 10."),
        (3, "lamp", "You replayed the last lines: a bit more English, 10 % to 20 %."),
        (9, "", "You let kahani choose again."),
    )
    return You(
        languages=(HINDI, TAMIL),
        seconds=15_120,
        recent_seconds=960,
        weeks=HINDI.weeks,
        stories=12,
        finished=7,
        endings_found=9,
        endings_total=21,
        passages=217,
        bookmarks=4,
        likes={"like": 3, "favorite": 1},
        decisions=tuple(
            Decided(at=NOON - timedelta(days=days), slug=slug, language="hi", sentence=sentence)
            for days, slug, sentence in told
        ),
        placements={"ta": "placement-ta"},
    )
