"""Playing a story: remembered, then sounded; found again where it was left."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from db.asking.shares import Share, keep_shares
from db.store import Store
from player.audio.output import PlaybackState
from player.errors import UsageError
from player.events import (
    ChoiceAwaited,
    ChoiceTaken,
    Event,
    NodeEntered,
    Notice,
    PositionJumped,
    ReactionChanged,
    StoryFinished,
    StoryOpened,
    VariantChanged,
)
from player.story.graph import Story
from tests.player.conftest import events_in, rows

if TYPE_CHECKING:
    from tests.player.conftest import NewSofa, Sofa


async def test_a_story_is_heard_up_to_the_listeners_turn_and_on_to_an_ending(sofa: Sofa) -> None:
    await sofa.controller.open("well")
    assert (await sofa.until(StoryOpened)).is_resumed is False
    assert (await sofa.until(NodeEntered)).passage.key == "start"
    await sofa.hear_out()
    fork = await sofa.until(NodeEntered)
    assert [option.key for option in fork.options] == ["A", "B"]
    await sofa.hear_out()
    await sofa.until(ChoiceAwaited)
    await sofa.controller.choose("A")
    assert (await sofa.until(ChoiceTaken)).key == "A"
    await sofa.until(NodeEntered)
    await sofa.hear_out()
    assert (await sofa.until(StoryFinished)).endings_found == 1


async def test_every_node_is_written_down_before_it_sounds(sofa: Sofa) -> None:
    await sofa.controller.open("well")
    await sofa.controller.forward()
    await sofa.controller.choose("B")
    assert sofa.output.visits_at_play == [1, 2, 3]


async def test_a_choice_can_be_taken_before_its_question_was_heard_out(
    sofa: Sofa, store: Store
) -> None:
    await sofa.controller.open("well")
    await sofa.controller.forward()
    await sofa.controller.choose("A")
    assert len(events_in(store.path, "skip")) == 2


async def test_a_choice_that_is_not_there_is_refused_and_nothing_moves(sofa: Sofa) -> None:
    await sofa.controller.open("well")
    with pytest.raises(UsageError):
        await sofa.controller.choose("A")
    assert sofa.controller.session is not None
    assert sofa.controller.session.node.key == "start"


async def test_the_listener_comes_back_to_the_same_line(sofa: Sofa, new_sofa: NewSofa) -> None:
    await sofa.controller.open("well")
    await sofa.controller.forward()
    sofa.clock.advance(0.1)
    await sofa.until_state(PlaybackState.PLAYING)
    sofa.clock.advance(3)
    await sofa.controller.leave()
    later = await new_sofa()
    await later.controller.open("well")
    opened = await later.until(StoryOpened)
    entered = await later.until(NodeEntered)
    assert opened.is_resumed
    assert [passage.key for passage in opened.passages] == ["start"]
    assert entered.passage.key == "fork"
    assert entered.start_ms == entered.passage.lines[1].start_ms > 0


async def test_a_crash_costs_no_more_than_the_line_being_heard(
    sofa: Sofa, store: Store, new_sofa: NewSofa
) -> None:
    await sofa.controller.open("well")
    sofa.clock.advance(0.1)
    await sofa.until_state(PlaybackState.PLAYING)
    sofa.clock.advance(3)
    while (place := store.place("well")) is None or place.state["position_ms"] == 0:
        await asyncio.to_thread(lambda: None)
    crashed = await new_sofa()
    await crashed.controller.open("well")
    assert (await crashed.until(NodeEntered)).start_ms > 0


async def test_what_the_listener_does_to_the_sound_is_written_down(
    sofa: Sofa, store: Store
) -> None:
    controller = sofa.controller
    await controller.open("well")
    sofa.clock.advance(0.1)
    await sofa.until_state(PlaybackState.PLAYING)
    await controller.toggle()
    await controller.toggle()
    await controller.seek_by(1000)
    await controller.replay_line()
    await controller.set_speed(1.5)
    await controller.leave()
    kinds = [kind for (kind,) in rows(
        store.path, "SELECT event_type FROM behavioral_events ORDER BY sequence"
    )]  # fmt: skip
    assert kinds == ["play", "pause", "resume", "seek", "replay", "speed", "abandon"]
    assert len(rows(store.path, "SELECT 1 FROM learner_model_state")) == 1
    ((seconds, contents),) = rows(
        store.path, "SELECT total_listening_time, content_ids FROM sessions"
    )
    assert (seconds, contents) == (0, '["well:hi"]')


async def test_every_record_has_its_outbox_entry(sofa: Sofa, store: Store) -> None:
    await sofa.controller.open("well")
    await sofa.controller.forward()
    await sofa.controller.choose("A")
    events = rows(store.path, "SELECT id FROM behavioral_events")
    events += rows(store.path, "SELECT id FROM analytics_events")
    assert store.pending() >= len(events)


async def test_likes_go_round_and_are_found_again(sofa: Sofa, new_sofa: NewSofa) -> None:
    await sofa.controller.open("well")
    for expected in ("like", "love", "favorite", None, "like"):
        await sofa.controller.like()
        assert (await sofa.until(ReactionChanged)).reaction == expected
    again = await new_sofa()
    await again.controller.open("well")
    assert (await again.until(StoryOpened)).reaction == "like"


async def test_without_its_clip_a_node_passes_at_reading_pace_and_says_so_once(sofa: Sofa) -> None:
    sofa.shelf.lost = {"well/audio/hi/0.00/meera/start.mp3", "well/audio/hi/0.00/meera/fork.mp3"}
    said: list[Event] = []
    sofa.controller.listen(said.append)
    await sofa.controller.open("well")
    await sofa.until(Notice)
    assert sofa.controller.deck.reason == "no audio"
    await sofa.hear_out()
    assert (await sofa.until(NodeEntered)).passage.key == "fork"
    assert sofa.controller.deck.reason == "no audio"
    assert len([event for event in said if isinstance(event, Notice)]) == 1


async def test_a_choice_that_cannot_be_written_is_not_taken(sofa: Sofa, store: Store) -> None:
    await sofa.controller.open("well")
    await sofa.controller.forward()
    await sofa.until(NodeEntered)
    await sofa.until(NodeEntered)
    store.close()
    await sofa.controller.choose("A")
    assert "Not saved" in (await sofa.until(Notice)).text
    assert sofa.controller.session is not None
    assert sofa.controller.session.node.key == "fork"


async def test_lines_are_stepped_through_and_never_across_a_choice(sofa: Sofa) -> None:
    await sofa.controller.open("well")
    sofa.clock.advance(0.1)
    await sofa.until_state(PlaybackState.PLAYING)
    await sofa.controller.next_line()
    assert (await sofa.until(PositionJumped)).position_ms > 0
    await sofa.controller.next_line()
    assert (await sofa.until(NodeEntered)).passage.key == "fork"
    await sofa.controller.next_line()
    assert (await sofa.until(PositionJumped)).position_ms > 0
    await sofa.controller.next_line()
    assert sofa.controller.session is not None
    assert sofa.controller.session.node.key == "fork"
    await sofa.controller.previous_line()
    assert (await sofa.until(PositionJumped)).position_ms == 0


async def test_the_mix_changes_at_the_line_being_heard_and_is_written_down(
    sofa: Sofa, store: Store
) -> None:
    controller = sofa.controller
    await controller.open("well")
    sofa.clock.advance(0.1)
    await sofa.until_state(PlaybackState.PLAYING)
    sofa.clock.advance(3)
    await controller.change_mix(1)
    assert (await sofa.until(VariantChanged)).mix == 0.3
    entered = await sofa.until(NodeEntered)
    assert entered.passage.language == "hi-mixed"
    assert entered.start_ms == entered.passage.lines[1].start_ms
    await controller.change_mix(1)
    await controller.next_language()
    await controller.change_mix(-1)
    assert (await sofa.until(VariantChanged)).language == "hi"
    written = rows(
        store.path, "SELECT 1 FROM analytics_events WHERE event_type = 'language_change'"
    )
    assert len(written) == 2
    assert rows(store.path, "SELECT content_ids FROM sessions") == [
        ('["well:hi","well:hi-mixed"]',)
    ]


async def test_after_the_ending_the_story_begins_again_on_demand(sofa: Sofa) -> None:
    await sofa.controller.open("well", node_key="dry")
    await sofa.hear_out()
    await sofa.until(StoryFinished)
    await sofa.controller.toggle()
    entered = await sofa.until(NodeEntered)
    assert (entered.passage.key, entered.depth) == ("start", 1)


async def test_a_paused_story_does_not_go_on(sofa: Sofa) -> None:
    await sofa.controller.open("well")
    sofa.clock.advance(0.1)
    await sofa.until_state(PlaybackState.PLAYING)
    await sofa.controller.toggle()
    before = sofa.controller.position_ms()
    sofa.clock.advance(60)
    assert sofa.controller.position_ms() == before
    assert sofa.controller.deck.state is PlaybackState.PAUSED


async def first_ready(sofa: Sofa, name: str) -> None:
    """Wait until the clip of this node is made ready before those of its like."""
    async with asyncio.timeout(60):
        while not sofa.output.prepared or sofa.output.prepared[-1].stem != name:
            await sofa.pass_time(0.05)
            await asyncio.to_thread(lambda: None)


async def test_the_choice_that_was_taken_before_is_made_ready_first(
    sofa: Sofa, new_sofa: NewSofa
) -> None:
    await sofa.begin_to_hear(node_key="fork")
    await first_ready(sofa, "dry")
    await sofa.controller.choose("B")
    await sofa.controller.back()
    await first_ready(sofa, "rope")
    await sofa.controller.leave()

    another_day = await new_sofa()
    await another_day.begin_to_hear(node_key="fork")
    await first_ready(another_day, "rope")
    assert [path.stem for path in another_day.output.prepared] == ["rope"]


async def test_what_share_of_listeners_chose_the_same_is_told_where_it_is_known(
    sofa: Sofa, store: Store, well: Story
) -> None:
    fork = well.nodes[well.ids_by_key["fork"]]
    shares = {choice.id: Share(62, 21) for choice in fork.choices if choice.key == "A"}
    store.write_later(lambda tx: keep_shares(tx, "well", shares)).result()
    await sofa.begin_to_hear(node_key="fork")
    await sofa.controller.choose("A")
    assert (await sofa.until(ChoiceTaken)).share == 62
    await sofa.controller.back()
    await sofa.controller.choose("B")
    assert (await sofa.until(ChoiceTaken)).share is None


async def test_with_the_data_saver_clips_that_are_here_are_made_ready_all_the_same(
    sofa: Sofa,
) -> None:
    sofa.controller.deck.ahead.save_data(is_on=True)
    await sofa.begin_to_hear(node_key="fork")
    await first_ready(sofa, "dry")
    async with asyncio.timeout(60):
        while len(sofa.controller.deck.ahead.ready) < 2:
            await asyncio.to_thread(lambda: None)


async def test_two_hundred_quick_wishes_are_done_one_after_the_other(sofa: Sofa) -> None:
    await sofa.controller.open("well")
    await sofa.controller.forward()
    controller = sofa.controller
    await asyncio.gather(*(w() for _ in range(100) for w in (controller.back, controller.forward)))
    await sofa.controller.choose("A")
    assert sofa.controller.session is not None
    assert sofa.controller.session.node.key == "dry"
