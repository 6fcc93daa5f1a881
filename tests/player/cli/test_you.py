"""You, as the store of a listener tells it: what was heard, believed, held and decided."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from db.records import BehaviorRecord, SessionRecord
from db.store import Store
from player.cli.you import Portraying
from player.events import ChoiceAwaited, NodeEntered
from player.story.graph import Story
from player.tui.portrait import You
from tests.player.checks import asking

if TYPE_CHECKING:
    from tests.player.conftest import NewSofa, Sofa

NOW = datetime(2026, 3, 14, 12, tzinfo=UTC)
CONTENT = "well:hi"


class Diarist:
    """Writes the events of sittings into a store, whenever they were."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.portraying = Portraying(store, now=lambda: NOW)
        self._count = 0

    @property
    def you(self) -> You:
        return self.portraying.you("intermediate")

    def sit(self, name: str, at: datetime, *records: BehaviorRecord) -> None:
        """Write one sitting that begins `at`."""
        user = self.store.listener()
        sitting = SessionRecord(id=name, user_id=user.id, started_at=at, last_activity_at=at)
        placed = (
            replace(each, session_id=name, sequence=n, timestamp=at + timedelta(seconds=10 * n))
            for n, each in enumerate(records, 1)
        )
        self.store.append([sitting, *placed]).result()

    def event(self, kind: str, mix: float = 0.0, at_s: float = 0, **context: Any) -> BehaviorRecord:
        self._count += 1
        return BehaviorRecord(
            id=f"event-{self._count:04}",
            timestamp=NOW,
            event_type=kind,
            content_id=CONTENT,
            session_id="",
            playback_position=at_s,
            duration=10.0,
            content_characteristics={
                "slug": "well",
                "node": "start",
                "language": "hi-mixed" if mix else "hi",
                "code_mix_ratio": mix,
                "transcript": False,
            },
            context=context or None,
        )

    def visit(self, mix: float = 0.0, **began: Any) -> list[BehaviorRecord]:
        """Return a passage of a minute that is heard to its end."""
        return [
            self.event("play", mix, **began),
            self.event("complete", mix, 10, listened_ms=60_000),
        ]


@pytest.fixture
def diarist(store: Store) -> Diarist:
    return Diarist(store)


def test_of_nobody_there_is_nothing(diarist: Diarist) -> None:
    assert diarist.you.is_empty
    assert diarist.you.weeks[-1].seconds == 0


async def test_a_story_heard_and_liked_is_counted(
    new_sofa: NewSofa, store: Store, well: Story
) -> None:
    sofa: Sofa = await new_sofa(asking(well))
    await sofa.begin_to_hear(node_key="fork")
    sofa.clock.advance(10)
    await sofa.until(ChoiceAwaited)
    sofa.clock.advance(2.5)
    await sofa.controller.choose("B")
    await sofa.until(NodeEntered)
    await sofa.controller.like()
    await sofa.controller.leave()
    you = Portraying(store, now=lambda: datetime.now(UTC)).you("intermediate")
    (hindi,) = you.languages
    assert (you.stories, you.passages, dict(you.likes)) == (1, 1, {"like": 1})
    assert you.recent_seconds == you.seconds > 3
    assert hindi.sentence.startswith("We are still getting to know your Hindi (1 passage so far)")
    assert hindi.moved is not None
    assert (hindi.moved.cause, hindi.moved.is_up) == ("The last question was a hard one", False)


async def test_a_level_that_is_pinned_says_so_and_so_does_the_list(
    new_sofa: NewSofa, store: Store
) -> None:
    portraying = Portraying(store, now=lambda: datetime.now(UTC))
    sofa: Sofa = await new_sofa()
    await sofa.begin_to_hear()
    await sofa.controller.pin("hi")
    you = portraying.you("intermediate")
    assert you.languages[0].is_pinned
    assert you.decisions[0].sentence == "You keep this difficulty."
    await sofa.controller.unpin("hi")
    you = portraying.you("intermediate")
    assert not you.languages[0].is_pinned
    assert you.decisions[0].sentence == "You let kahani choose again."


def test_minutes_and_english_are_told_by_week_and_by_the_time_heard(diarist: Diarist) -> None:
    diarist.sit("long-ago", NOW - timedelta(days=10), *([*diarist.visit(0.6), *diarist.visit(0.2)]))
    diarist.sit("lately", NOW - timedelta(hours=1), *diarist.visit(0.0))
    you = diarist.you
    assert (you.seconds, you.recent_seconds, you.passages) == (180, 60, 3)
    assert [week.seconds for week in you.weeks] == [0, 0, 0, 0, 0, 0, 120, 60]
    english = [week.english for week in you.languages[0].weeks]
    assert english == [None, None, None, None, None, None, pytest.approx(0.4), 0.0]


def test_what_comes_later_is_gone_on_from_and_leads_to_the_same(diarist: Diarist) -> None:
    diarist.sit("one", NOW - timedelta(days=3), *(diarist.visit() + diarist.visit()))
    first = diarist.you
    diarist.sit(
        "two",
        NOW - timedelta(days=1),
        *([diarist.event("play"), diarist.event("replay", at_s=5), *diarist.visit()]),
    )
    assert diarist.you == Diarist(diarist.store).you != first
    assert diarist.you.languages[0].visits == 3


def test_what_another_machine_did_before_is_put_in_its_place(diarist: Diarist) -> None:
    diarist.sit("here", NOW - timedelta(days=1), *(diarist.visit() + diarist.visit()))
    assert diarist.you.languages[0].visits == 2
    diarist.sit("elsewhere", NOW - timedelta(days=5), *diarist.visit())
    assert diarist.you == Diarist(diarist.store).you
    assert diarist.you.languages[0].visits == 3


def test_who_began_anew_is_met_anew_but_heard_what_they_heard(diarist: Diarist) -> None:
    diarist.sit("one", NOW - timedelta(days=3), *diarist.visit())
    assert diarist.you.languages[0].visits == 1
    diarist.sit("two", NOW - timedelta(days=2), diarist.event("rated", rating="anew"))
    (hindi,) = diarist.you.languages
    assert (hindi.visits, hindi.spans, diarist.you.passages) == (0, (), 1)
    assert "nothing is believed" in hindi.sentence


def test_the_last_decisions_can_be_read_back_without_what_only_goes_on(diarist: Diarist) -> None:
    diarist.sit(
        "one",
        NOW - timedelta(days=1),
        *diarist.visit(0.3, why="new", expected=0.84),
        *diarist.visit(0.3, why="hold", expected=0.84),
        *diarist.visit(0.0, why="harder", **{"from": "hi-mixed@0.30"}),
        *diarist.visit(0.0, why="hold"),
        diarist.event("rated", rating="right"),
    )
    assert [(each.slug, each.sentence) for each in diarist.you.decisions] == [
        ("well", "You called the story right."),
        ("well", "It fits you better: a little less English, 30 % to 0 %."),
        ("well", "Begun with 30 % English: you should follow about 8 lines in 10."),
    ]


def test_a_level_stated_anew_begins_the_reading_anew(diarist: Diarist) -> None:
    diarist.sit("one", NOW - timedelta(days=1), *diarist.visit())
    advanced = diarist.portraying.you("advanced")
    assert advanced.languages[0].spans[0].middle > diarist.you.languages[0].spans[0].middle


def test_placements_are_no_stories(diarist: Diarist) -> None:
    def placed(record: BehaviorRecord) -> BehaviorRecord:
        traits = {**record.content_characteristics, "slug": "placement-hi"}
        return replace(record, content_characteristics=traits)

    diarist.sit("one", NOW - timedelta(days=1), *([placed(event) for event in diarist.visit()]))
    assert (diarist.you.stories, diarist.you.passages) == (0, 0)
    assert diarist.you.seconds == 60
