"""What happens at the end of a line: slow hearing, waiting, another language."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from player.audio.output import PlaybackState
from player.errors import UsageError
from player.events import (
    HabitsChanged,
    NodeEntered,
    PassageHeard,
    PlaybackChanged,
    PositionJumped,
    SpeedChanged,
    SwitchDropped,
    SwitchPlanned,
    VariantChanged,
)

if TYPE_CHECKING:
    from tests.player.conftest import Sofa


def told(sofa: Sofa, kind: type) -> list[object]:
    return [event for event in sofa.told if isinstance(event, kind)]


async def test_a_line_is_heard_slowly_then_at_speed_and_then_the_next(sofa: Sofa) -> None:
    await sofa.begin_to_hear()
    await sofa.controller.replay_slowly()
    await sofa.pass_time(9)
    speeds = [event.speed for event in sofa.told if isinstance(event, SpeedChanged)]
    assert speeds == [0.7, 0.85, 1.0]
    assert len(told(sofa, PositionJumped)) == 3
    assert sofa.line == 1


async def test_the_last_line_of_a_passage_is_heard_slowly_too(sofa: Sofa) -> None:
    await sofa.begin_to_hear()
    await sofa.controller.next_line()
    await sofa.controller.replay_slowly()
    await sofa.pass_time(6)
    assert not told(sofa, NodeEntered)
    assert sofa.line == 1
    await sofa.pass_time(4)
    assert sofa.controller.session is not None
    assert sofa.controller.session.node.key == "fork"
    assert sofa.controller.deck.speed == 1.0


async def test_going_elsewhere_ends_the_slow_hearing(sofa: Sofa) -> None:
    await sofa.begin_to_hear()
    await sofa.controller.replay_slowly()
    assert sofa.controller.deck.speed == 0.7
    await sofa.controller.next_line()
    assert sofa.controller.deck.speed == 1.0


async def test_a_listener_who_hears_slowly_anyway_climbs_to_their_own_speed(sofa: Sofa) -> None:
    await sofa.begin_to_hear()
    await sofa.controller.set_speed(0.8)
    await sofa.controller.replay_slowly()
    sofa.told.clear()
    await sofa.pass_time(4)
    assert [e.speed for e in sofa.told if isinstance(e, SpeedChanged)] == [0.8]


async def test_the_sound_waits_after_each_line(sofa: Sofa) -> None:
    await sofa.begin_to_hear()
    await sofa.controller.set_habits(pause_after_line=True)
    await sofa.pass_time(5)
    assert sofa.controller.deck.state is PlaybackState.PAUSED
    assert sofa.controller.deck.reason == "line heard"
    assert sofa.line == 0
    await sofa.controller.toggle()
    await sofa.pass_time(1)
    assert sofa.line == 1
    await sofa.pass_time(5)
    assert told(sofa, PassageHeard)
    assert sofa.controller.session is not None
    assert sofa.controller.session.node.key == "start"
    await sofa.controller.toggle()
    assert sofa.controller.session.node.key == "fork"


async def test_without_auto_play_each_passage_is_waited_after(sofa: Sofa) -> None:
    await sofa.controller.set_habits(auto_play=False)
    await sofa.begin_to_hear()
    await sofa.pass_time(6)
    await sofa.until(PassageHeard)
    await sofa.controller.forward()
    assert (await sofa.until(NodeEntered)).passage.key == "fork"


async def test_habits_are_told_when_they_change_and_when_a_story_opens(sofa: Sofa) -> None:
    await sofa.controller.set_habits(auto_play=False)
    assert await sofa.until(HabitsChanged) == HabitsChanged(auto_play=False, pause_after_line=False)
    await sofa.controller.open("well")
    assert (await sofa.until(HabitsChanged)).auto_play is False


async def test_another_mix_comes_with_the_next_line(sofa: Sofa) -> None:
    await sofa.begin_to_hear()
    await sofa.controller.change_mix(1)
    assert await sofa.until(SwitchPlanned) == SwitchPlanned("hi-mixed", 0.3)
    assert sofa.controller.session is not None
    assert sofa.controller.session.variant.mix == 0.0
    await sofa.pass_time(3)
    await sofa.until(VariantChanged)
    entered = await sofa.until(NodeEntered)
    assert entered.passage.mix == 0.3
    assert entered.start_ms == entered.passage.lines[1].start_ms


async def test_the_next_line_key_brings_the_planned_language_at_once(sofa: Sofa) -> None:
    await sofa.begin_to_hear()
    await sofa.controller.hear("hi-mixed", 0.3)
    await sofa.controller.next_line()
    entered = await sofa.until(NodeEntered)
    assert (entered.passage.mix, sofa.line) == (0.3, 1)


async def test_a_plan_that_is_taken_back_does_not_come(sofa: Sofa) -> None:
    await sofa.begin_to_hear()
    await sofa.controller.change_mix(1)
    await sofa.controller.undo_switch()
    await sofa.until(SwitchDropped)
    await sofa.pass_time(3)
    assert sofa.controller.session is not None
    assert sofa.controller.session.variant.mix == 0.0
    assert not told(sofa, VariantChanged)


async def test_a_change_that_was_made_is_taken_back(sofa: Sofa) -> None:
    await sofa.begin_to_hear()
    await sofa.controller.toggle()
    await sofa.controller.change_mix(1)
    assert (await sofa.until(VariantChanged)).mix == 0.3
    await sofa.until(NodeEntered)
    await sofa.controller.undo_switch()
    assert (await sofa.until(VariantChanged)).mix == 0.0


async def test_a_choice_before_the_line_ends_is_heard_in_the_planned_mix(sofa: Sofa) -> None:
    await sofa.controller.open("well")
    await sofa.controller.forward()
    sofa.clock.advance(0.1)
    await sofa.until_state(PlaybackState.PLAYING)
    await sofa.controller.change_mix(1)
    await sofa.until(SwitchPlanned)
    await sofa.controller.choose("B")
    await sofa.until(VariantChanged)
    assert (await sofa.until(NodeEntered)).passage.mix == 0.3


async def test_a_language_that_the_story_does_not_speak_is_refused(sofa: Sofa) -> None:
    await sofa.begin_to_hear()
    with pytest.raises(UsageError, match="it speaks hi"):
        await sofa.controller.hear("ta")


async def test_a_short_pause_goes_on_where_it_was_and_a_longer_one_at_the_line(sofa: Sofa) -> None:
    await sofa.begin_to_hear()
    await sofa.pass_time(3)
    place = sofa.controller.position_ms()
    await sofa.controller.toggle()
    sofa.clock.advance(1)
    await sofa.controller.toggle()
    assert sofa.controller.position_ms() == place
    await sofa.controller.toggle()
    sofa.clock.advance(30)
    sofa.told.clear()
    await sofa.controller.toggle()
    session = sofa.controller.session
    assert session is not None
    start_ms = session.passage(session.node).lines[1].start_ms
    assert told(sofa, PositionJumped) == [PositionJumped(start_ms)]
    assert sofa.controller.position_ms() == start_ms


async def test_waiting_after_lines_does_not_count_as_a_pause(sofa: Sofa) -> None:
    await sofa.controller.set_habits(pause_after_line=True)
    await sofa.begin_to_hear()
    await sofa.pass_time(4)
    place = sofa.controller.position_ms()
    sofa.clock.advance(3600)
    await sofa.controller.toggle()
    assert sofa.controller.position_ms() == place
    assert told(sofa, PlaybackChanged)[-1] == PlaybackChanged(PlaybackState.PLAYING, "silent")


async def test_another_language_in_a_pause_is_there_at_once_and_still_held(sofa: Sofa) -> None:
    await sofa.begin_to_hear()
    await sofa.controller.toggle()
    await sofa.controller.change_mix(1)
    assert (await sofa.until(NodeEntered)).passage.mix == 0.3
    sofa.clock.advance(5)
    assert sofa.controller.deck.state is PlaybackState.PAUSED
    assert sofa.controller.position_ms() == 0
    await sofa.controller.toggle()
    await sofa.until_state(PlaybackState.PLAYING)
    sofa.clock.advance(1)
    assert sofa.controller.position_ms() == 1000
