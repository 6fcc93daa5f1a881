"""What is written of a node that was left: whether it was understood, and what was in view."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from db.store import Store
from player.audio.output import ClipFailed
from player.audio.silent import STAND_IN
from player.cli.wiring import new_id, now
from player.events import ChoiceAwaited, StoryFinished
from player.recording.recorder import Recorder
from player.session import Session
from player.story.graph import Story
from tests.player.checks import asking
from tests.player.conftest import rows

if TYPE_CHECKING:
    from tests.player.conftest import NewSofa, Sofa


def told(store: Path, kind: str, column: str = "context") -> list[dict[str, Any]]:
    query = f"SELECT {column} FROM behavioral_events WHERE event_type = '{kind}' ORDER BY sequence"
    return [json.loads(str(value or "{}")) for (value,) in rows(store, query)]


def listened_ms(sofa: Sofa) -> int:
    """Return what the sitting that was left counts as heard."""
    return sum(each.get("listened_ms", 0) for each in told(sofa.store.path, "abandon"))


@pytest.fixture
async def asked(new_sofa: NewSofa, well: Story) -> Sofa:
    """Somebody who is asked about what was said: A is right, B is wrong."""
    sofa = await new_sofa(asking(well))
    await sofa.begin_to_hear(node_key="fork")
    return sofa


async def test_an_answer_goes_with_the_node_that_asked(asked: Sofa) -> None:
    asked.clock.advance(10)
    await asked.until(ChoiceAwaited)
    asked.clock.advance(2.5)
    await asked.controller.choose("B")
    (left,) = told(asked.store.path, "complete")
    answer = {"correct": False, "options": 2, "right_options": 1, "answer_ms": 2500}
    assert {name: left[name] for name in answer} == answer


async def test_the_time_of_an_answer_begins_anew_when_the_question_is_heard_again(
    asked: Sofa,
) -> None:
    asked.clock.advance(10)
    await asked.until(ChoiceAwaited)
    asked.clock.advance(60)
    await asked.controller.forward()  # there is no way past a question
    await asked.controller.replay_line()
    await asked.hear_out()
    await asked.until(ChoiceAwaited)
    asked.clock.advance(3)
    await asked.controller.choose("A")
    (left,) = told(asked.store.path, "complete")
    assert (left["correct"], left["answer_ms"]) == (True, 3000)


@pytest.mark.parametrize(("seconds", "at_least", "at_most"), [(1, 0, 0), (3, 500, 2000)])
async def test_an_early_answer_is_measured_from_the_last_line(
    asked: Sofa, seconds: float, at_least: int, at_most: int
) -> None:
    await asked.pass_time(seconds)
    await asked.controller.choose("A")
    (left,) = told(asked.store.path, "skip")
    assert at_least <= left["answer_ms"] <= at_most


async def test_a_choice_that_is_no_check_says_nothing_of_it(sofa: Sofa) -> None:
    await sofa.begin_to_hear(node_key="fork")
    await sofa.controller.choose("A")
    (left,) = told(sofa.store.path, "skip")
    assert "correct" not in left


async def test_each_event_tells_what_was_in_view(sofa: Sofa) -> None:
    await sofa.begin_to_hear()
    for kind, how in (
        ("transcript_toggled", {"showing": "hidden"}),
        ("transcript_toggled", {"showing": "line"}),
        ("translation_shown", {}),
        ("translation_shown", {"of": "all", "how": "below"}),
        ("translation_shown", {"of": "none"}),
    ):
        await sofa.controller.note(kind, **how)
    await sofa.controller.forward()
    traits = "content_characteristics"
    seen = [each["transcript"] for each in told(sofa.store.path, "transcript_toggled", traits)]
    assert seen == [False, True]
    seen = [each["translated"] for each in told(sofa.store.path, "translation_shown", traits)]
    assert seen == [False, True, False]
    first, last = told(sofa.store.path, "play", traits)
    for played in (first, last):
        assert (played["transcript"], played["translated"]) == (True, False)
        assert (played["level"], played["has_audio"]) == ("intermediate", True)


async def test_a_node_without_a_clip_says_so(sofa: Sofa) -> None:
    await sofa.controller.open("well", node_key="wet")
    (played,) = told(sofa.store.path, "play", "content_characteristics")
    assert played["has_audio"] is False


async def test_a_sound_that_was_lost_is_told_at_an_ending_and_where_the_story_is_left(
    sofa: Sofa, well: Story
) -> None:
    dry = next(node for node in well.nodes.values() if node.key == "dry")
    sofa.shelf.lost |= {clip.path for clip in dry.clips}
    await sofa.begin_to_hear(node_key="dry")
    await sofa.controller.leave()
    await sofa.begin_to_hear(node_key="dry")
    sofa.clock.advance(10)
    await sofa.until(StoryFinished)
    (left,), (ended,) = told(sofa.store.path, "abandon"), told(sofa.store.path, "complete")
    assert (left.get("unheard"), ended.get("unheard")) == (True, True)
    await sofa.begin_to_hear(node_key="fork")
    await sofa.controller.leave()
    assert "unheard" not in told(sofa.store.path, "abandon")[-1]


@pytest.mark.parametrize(("name", "counted"), [("vlc", 0), ("silent", 2000)])
async def test_no_time_counts_as_heard_while_the_sound_is_lost(
    sofa: Sofa, well: Story, name: str, counted: int
) -> None:
    sofa.output.name = name
    sofa.shelf.lost |= {clip.path for node in well.nodes.values() for clip in node.clips}
    await sofa.begin_to_hear()
    sofa.clock.advance(2)
    await sofa.controller.leave()
    assert listened_ms(sofa) == counted


async def test_no_time_counts_as_heard_where_silence_stands_in_for_the_sound(sofa: Sofa) -> None:
    sofa.output.name = STAND_IN
    await sofa.begin_to_hear()
    sofa.clock.advance(2)
    assert sofa.controller.deck.reason == "no sound"
    await sofa.controller.leave()
    assert listened_ms(sofa) == 0
    assert told(sofa.store.path, "abandon")[-1]["unheard"] is True


async def test_what_was_waited_for_a_device_counts_no_more_than_the_text_after_it(
    sofa: Sofa,
) -> None:
    sofa.output.name = "vlc"
    await sofa.begin_to_hear()
    deck, token = sofa.controller.deck, sofa.output.requests[-1].token
    sofa.clock.advance(0.5)
    deck._on_output(ClipFailed(token, "No sound device.", is_unheard=True))
    sofa.clock.advance(2)
    await sofa.controller.leave()
    assert listened_ms(sofa) == 0


async def test_what_came_out_before_a_clip_failed_counts(sofa: Sofa) -> None:
    sofa.output.name = "vlc"
    await sofa.begin_to_hear()
    deck, token = sofa.controller.deck, sofa.output.requests[-1].token
    sofa.clock.advance(1)
    deck._on_output(ClipFailed(token, "The line was cut."))
    sofa.clock.advance(2)
    await sofa.controller.leave()
    assert listened_ms(sofa) == 1000


def test_where_nothing_sounds_no_node_has_sound(store: Store, well: Story) -> None:
    recorder = Recorder(store, now=now, new_id=new_id, device="sofa", program="test", sounds=False)
    session = Session.begin(well, language="hi", mix=None)
    played = recorder.behavior("play", session, 0, speed=1.0)
    assert played.content_characteristics["has_audio"] is False
