"""What is believed of a listener comes from what they did, and is the same wherever it is told."""

from __future__ import annotations

import asyncio
import json
import random
import threading
from collections.abc import Iterator
from concurrent.futures import Future
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from db.errors import StoreError
from db.models import Row
from db.records import BehaviorRecord
from db.store import Store
from db.syncing.applying import merge
from player.cli.wiring import now
from player.events import ChoiceAwaited, NodeEntered, StoryFinished
from player.learner.belief import Belief, Sensor
from player.learner.evidence import Evidence
from player.learner.folding import State, fold
from player.learner.traces import Trace
from player.learner.tracing import visits
from player.library.catalogue import to_record
from player.recording import recorder
from player.recording.beliefs import Beliefs, trace_of
from player.story.graph import Story
from tests.player.checks import asking
from tests.player.learner.listening import Sitting

if TYPE_CHECKING:
    from tests.player.conftest import NewSofa, Sofa

OPEN_HOUSE = ("sessions", "behavioral_events", "like_engagement")


@pytest.fixture
def asked(well: Story) -> Story:
    return asking(well)


@pytest.fixture
def other(tmp_path: Path, well: Story) -> Iterator[Store]:
    """The store of another machine of the same listener, with the same story in it."""
    store = Store.open(tmp_path / "other.sqlite")
    store.import_story(to_record(well))
    yield store
    store.close()


async def answers(sofa: Sofa, key: str, *, peeks: bool = False) -> None:
    """Hear the fork to its end, perhaps with a look at its translation, and answer."""
    await sofa.begin_to_hear(node_key="fork")
    if peeks:
        await sofa.controller.note("translation_shown")
    sofa.clock.advance(10)
    await sofa.until(ChoiceAwaited)
    sofa.clock.advance(2.5)
    await sofa.controller.choose(key)
    await sofa.until(NodeEntered)


def refolded(store: Store) -> State:
    return fold(map(trace_of, store.behaviors()), level="intermediate", now=now())


def hindi(store: Store) -> Belief:
    return refolded(store).beliefs["hi"]


def in_bytes(state: State | dict[str, Any]) -> str:
    return json.dumps(state.to_json() if isinstance(state, State) else state, sort_keys=True)


def taste_of(store: Store) -> str:
    row = store.learner()
    assert row is not None
    assert row.content_type_preferences
    return json.dumps([row.preference_weights, row.content_type_preferences], sort_keys=True)


def row_of(store: Store) -> str:
    row = store.learner()
    assert row is not None
    return in_bytes(dict(row.belief))


async def test_a_visit_comes_out_of_the_store_as_it_was_heard(
    new_sofa: NewSofa, asked: Story
) -> None:
    sofa = await new_sofa(asked)
    await answers(sofa, "B", peeks=True)
    (visit,) = visits(map(trace_of, sofa.store.behaviors()), now=now())
    assert isinstance(visit, Evidence)
    assert (visit.story, visit.node, visit.variant, visit.level) == (
        *("well", "fork", "hi"),
        "intermediate",
    )
    assert visit.heard == 1.0
    assert visit.has_seen(Sensor.PEEK)
    assert not visit.has_seen(Sensor.RELISTEN)
    assert visit.check is not None
    assert (visit.check.is_right, visit.check.options, visit.check.answer_ms) == (False, 2, 2500)


@pytest.mark.parametrize(("key", "rises"), [("A", True), ("B", False)])
async def test_a_right_answer_raises_the_belief_and_a_wrong_one_lowers_it(
    new_sofa: NewSofa, asked: Story, key: str, rises: bool
) -> None:
    sofa = await new_sofa(asked)
    await answers(sofa, key)
    belief = hindi(sofa.store)
    assert (belief.mu > Belief.prior("intermediate").mu) is rises
    assert (belief.points, belief.v < Belief.prior("intermediate").v) == (1, True)


async def test_a_look_at_the_translation_lowers_the_belief(new_sofa: NewSofa, well: Story) -> None:
    sofa = await new_sofa(well)
    await answers(sofa, "A", peeks=True)
    assert hindi(sofa.store).mu < 0


async def test_each_row_is_what_the_events_lead_to(new_sofa: NewSofa, asked: Story) -> None:
    sofa = await new_sofa(asked)
    await sofa.controller.open("well")
    assert row_of(sofa.store) == "{}"  # nothing was heard yet
    await answers(sofa, "A")
    await sofa.hear_out()
    await sofa.until(StoryFinished)
    finished = row_of(sofa.store)
    assert finished == in_bytes(refolded(sofa.store)) != "{}"
    await answers(sofa, "B", peeks=True)
    await sofa.controller.leave()
    assert finished != row_of(sofa.store) == in_bytes(refolded(sofa.store))
    row = sofa.store.learner()
    assert row is not None
    belief = hindi(sofa.store)
    assert (row.comprehension_level, row.difficulty_adjustment, row.data_points) == (
        belief.comprehension_level,
        belief.difficulty_adjustment,
        belief.points,
    )


async def test_the_next_sitting_goes_on_from_there(new_sofa: NewSofa, asked: Story) -> None:
    first = await new_sofa(asked)
    await answers(first, "A")
    await first.controller.leave()
    before = row_of(first.store)
    second = await new_sofa(asked)
    await second.controller.open("well")
    assert row_of(second.store) == before
    await second.controller.leave()
    assert len(rows_of(second.store, "learner_model_state")) == 2


async def test_a_question_answered_again_in_another_sitting_tells_nothing(
    new_sofa: NewSofa, asked: Story
) -> None:
    first = await new_sofa(asked)
    await answers(first, "A")
    await first.controller.leave()
    before = hindi(first.store)
    second = await new_sofa(asked)
    await answers(second, "B")
    await second.controller.leave()
    belief = hindi(second.store)
    assert belief.asked == before.asked
    assert belief.answers == before.answers
    assert belief.points == before.points + 1  # how it was heard counts all the same
    assert row_of(second.store) == in_bytes(refolded(second.store))


async def test_who_leaves_before_all_is_read_leaves_a_row_all_the_same(
    new_sofa: NewSofa, asked: Story, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = await new_sofa(asked)
    await answers(first, "A")
    await first.controller.leave()
    monkeypatch.setattr(recorder, "PATIENCE_S", 0.05)
    gate, events = threading.Event(), store.behaviors()
    monkeypatch.setattr(store, "behaviors", lambda: events if gate.wait(60) else ())
    second = await new_sofa(asked)
    await second.controller.open("well")
    leaving = asyncio.ensure_future(second.controller.leave())
    await asyncio.sleep(0)
    gate.set()
    await leaving
    assert len(rows_of(store, "learner_model_state")) == 2
    assert row_of(store) == in_bytes(refolded(store))


async def test_machines_that_told_each_other_everything_believe_the_same(
    new_sofa: NewSofa, asked: Story, store: Store, other: Store
) -> None:
    here, there = await new_sofa(asked), await new_sofa(asked, of=other)
    for sofa, keys in ((here, "AB"), (there, "BB"), (here, "A")):
        for key in keys:
            await answers(sofa, key, peeks=key == "B")
        await sofa.controller.react("love" if sofa is there else "like")
        await sofa.controller.leave()
    assert row_of(store) != row_of(other)
    exchange(store, other)
    assert in_bytes(refolded(store)) == in_bytes(refolded(other)) != row_of(store)
    for sofa in (here, there):  # what came is learned from when a story is opened
        await sofa.controller.open("well")
    assert row_of(store) == row_of(other)
    assert taste_of(store) == taste_of(other)
    assert hindi(store).points == 5


def test_what_could_not_be_written_is_not_believed(store: Store) -> None:
    beliefs = Beliefs(store, "a sitting", now=now)
    beliefs.refresh("beginner", patience_s=10)
    beliefs.follow(map(record_of, Sitting("a sitting").heard("replay").traces))
    assert beliefs.state != State()
    refused: Future[None] = Future()
    refused.set_exception(StoreError("the disk is full."))
    beliefs.written(refused)
    beliefs.refresh("beginner", patience_s=10)
    assert beliefs.state == State()


def record_of(trace: Trace) -> BehaviorRecord:
    return BehaviorRecord(
        id=trace.id,
        timestamp=trace.at,
        event_type=trace.kind,
        content_id="well:hi",
        session_id=trace.session_id,
        playback_position=trace.position_s,
        duration=trace.duration_s,
        content_characteristics=dict(trace.traits),
        context=dict(trace.context),
        sequence=trace.sequence,
    )


def rows_of(store: Store, name: str) -> list[dict[str, Any]]:
    query = select(Row.metadata.tables[name])
    return store.read(lambda tx: [dict(row) for row in tx.execute(query).mappings()])


def exchange(one: Store, other: Store) -> None:
    """Let two stores of one listener pull what the other has, in any order, some of it twice."""
    for ours, theirs in ((one, other), (other, one)):
        listener = ours.listener().id
        for name in OPEN_HOUSE:
            pulled = rows_of(theirs, name)
            random.Random(1).shuffle(pulled)
            for row in pulled:
                row.pop("changed_in")
                if name == "sessions":
                    row["user_id"] = listener
            for rows in (pulled, pulled[:3]):
                ours.write_later(partial(merge, table=name, rows=rows)).result()
