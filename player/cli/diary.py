"""The diary: a listener's events, read once and gone on from; all that You tells is made of it."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Final

from db.records import BehaviorRecord
from player.learner.chronicle import Chronicle
from player.learner.evidence import Felt, Observation
from player.learner.holds import HELD, LANGUAGE, RATED
from player.learner.recounting import FELT
from player.learner.retelling import retold
from player.learner.selection import Reason
from player.learner.traces import Trace, number, word
from player.learner.tracing import Following, begins_anew
from player.recording.beliefs import trace_of
from player.story.graph import PLACEMENT

KEPT_DECISIONS: Final = 40
GOING_ON: Final = (Reason.HOLD, Reason.PINNED)
"""What goes on with the decision before, in the same story, is not told again."""

ENGLISH: Final = "en"

_Order = tuple[datetime, tuple[str, int, str]]


@dataclass(slots=True)
class Heard:
    """What was heard: milliseconds, and how much of that was English."""

    ms: float = 0.0
    english_ms: float = 0.0


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that was decided; `slug` is empty where it holds in all stories.

    `language` is a base code; `kind` is the reason where kahani decided, else empty.
    """

    at: datetime
    slug: str
    language: str
    kind: str
    sentence: str


class Diary:
    """Reads events in any order; `read` says when it has to be begun anew with all of them.

    Days are those of this machine's clock. `passages` were heard to their end.
    """

    def __init__(self, level: str) -> None:
        self.chronicle = Chronicle(level)
        self.days: defaultdict[date, Heard] = defaultdict(Heard)
        self.by_language: defaultdict[str, defaultdict[date, Heard]] = defaultdict(
            lambda: defaultdict(Heard)
        )
        self.stories: set[str] = set()
        self.passages = 0
        self.decisions: deque[Entry] = deque(maxlen=KEPT_DECISIONS)
        self.holding: list[Trace] = []
        self.latest: dict[str, datetime] = {}
        self._followings: dict[str, tuple[int, Following]] = {}
        self._last: _Order | None = None

    def read(self, records: Iterable[BehaviorRecord], now: datetime) -> bool:
        """Take in events that were not there before; whether they come after all the others.

        Where not, this diary is worth nothing any more. A time after `now` counts as `now`.
        """
        traces = sorted(map(trace_of, records), key=_within_sittings)
        found: list[Observation] = []
        begins: datetime | None = None
        for session, group in groupby(traces, key=lambda trace: trace.session_id):
            told = list(group)
            if not self._follow(session, told, found, now):
                return False
            anew = [min(trace.at, now) for trace in told if begins_anew(trace)]
            begins = max([*anew, *([begins] if begins else [])], default=None)
        if begins is not None:
            if self._last is not None:
                return False
            found = [each for each in found if each.at > begins]
        found.sort(key=_order)
        if found and self._last is not None and _order(found[0]) < self._last:
            return False
        self.chronicle.take(found)
        self._last = _order(found[-1]) if found else self._last
        self._decide(traces, now)
        return True

    def _follow(
        self, session: str, told: Sequence[Trace], found: list[Observation], now: datetime
    ) -> bool:
        before, following = self._followings.get(session) or (-1, Following())
        if (told[0].sequence or 0) <= before:
            return False
        for trace in told:
            observation = following.add(trace, now)
            if observation is not None:
                found.append(observation)
                self.passages += trace.kind == "complete" and not _is_placement(trace)
            self._count(trace, min(trace.at, now))
        self._followings[session] = (told[-1].sequence or 0, following)
        return True

    def _count(self, trace: Trace, at: datetime) -> None:
        """Count the time that an event tells of, on its day and for its language."""
        language = _language(trace)
        if language:
            self.latest[language] = max(at, self.latest.get(language, at))
        listened_ms = number(trace.context, "listened_ms") or 0.0
        if listened_ms > 0:
            share = number(trace.traits, "code_mix_ratio") or 0.0
            english_ms = listened_ms * (1.0 if language == ENGLISH else min(max(share, 0.0), 1.0))
            day = at.astimezone().date()
            for heard in (self.days[day], self.by_language[language][day]):
                heard.ms += listened_ms
                heard.english_ms += english_ms
        if trace.kind == "play" and not _is_placement(trace):
            self.stories.add(word(trace.traits, "slug"))
        if _is_held(trace):
            self.holding.append(trace)

    def _decide(self, traces: Iterable[Trace], now: datetime) -> None:
        """Keep the last decisions; one that only goes on with the one before is not told again."""
        for trace in sorted(traces, key=lambda trace: (trace.at, trace.order)):
            entry = _entry(trace, now)
            if entry is None:
                continue
            last = self.decisions[-1] if self.decisions else None
            if last is None or entry.kind not in GOING_ON or last.slug != entry.slug:
                self.decisions.append(entry)


def weeks(days: Mapping[date, Heard], today: date, count: int) -> list[tuple[date, Heard]]:
    """Return the last weeks, the oldest first; the last of them ends today."""
    found = [(today - timedelta(days=7 * n - 1), Heard()) for n in range(count, 0, -1)]
    for day, heard in days.items():
        ago = (today - day).days // 7
        if 0 <= ago < count:
            _, week = found[count - 1 - ago]
            week.ms += heard.ms
            week.english_ms += heard.english_ms
    return found


def _entry(trace: Trace, now: datetime) -> Entry | None:
    """Return what was decided in an event, by kahani or by the listener; None: nothing."""
    why = word(trace.context, "why")
    slug, kind, sentence = word(trace.traits, "slug"), why, ""
    if _is_held(trace) and trace.context.get("of") == LANGUAGE:
        is_on = number(trace.context, "difficulty") is not None
        sentence = "You keep this difficulty." if is_on else "You let kahani choose again."
        slug = ""
    elif _is_held(trace) and (mix := number(trace.context, "mix")) is not None:
        sentence = f"You keep the mix of this story at {round(100 * mix)} % English."
    elif trace.kind == RATED and (felt := word(trace.context, "rating")) in tuple(Felt):
        sentence = f"You called the story {FELT[Felt(felt)]}."
    elif trace.kind == "play" and why:
        sentence = retold(trace.context, number(trace.traits, "code_mix_ratio") or 0.0)
    if not sentence:
        return None
    return Entry(min(trace.at, now), slug, _language(trace), kind, sentence)


def _is_held(trace: Trace) -> bool:
    return trace.kind == RATED and trace.context.get("rating") == HELD


def _is_placement(trace: Trace) -> bool:
    return word(trace.traits, "slug").startswith(PLACEMENT)


def _language(trace: Trace) -> str:
    return word(trace.traits, "language").partition("-")[0]


def _order(observation: Observation) -> _Order:
    return observation.at, observation.order


def _within_sittings(trace: Trace) -> tuple[str, int, datetime, str]:
    return (trace.session_id, trace.sequence or 0, trace.at, trace.id)
