"""A desktop sees the story being heard, and its keys reach it, over a real bus."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from dbus_fast import DBusError

from player.audio.output import PlaybackState
from player.events import (
    ChoiceAwaited,
    Event,
    LeaveRequested,
    NodeEntered,
    PassageHeard,
    PositionJumped,
    StoryFinished,
)
from player.mpris.bus import NAME

if TYPE_CHECKING:
    from tests.player.conftest import NewSofa, Sofa
    from tests.player.mpris.conftest import Bus, Desktop, NewKeys

pytestmark = pytest.mark.slow


def state(sofa: Sofa) -> PlaybackState:
    return sofa.controller.deck.state


async def test_the_desktop_sees_who_tells_what(heard: Sofa, desktop: Desktop) -> None:
    seen = await desktop.sees()
    session = heard.controller.session
    assert session is not None
    assert seen == {
        "PlaybackStatus": "Playing",
        "Rate": 1.0,
        "MinimumRate": 0.5,
        "MaximumRate": 2.0,
        "Volume": 1.0,
        "Position": 100_000,
        "CanGoNext": True,
        "CanGoPrevious": True,
        "CanPlay": True,
        "CanPause": True,
        "CanSeek": True,
        "CanControl": True,
        "Metadata": {
            "mpris:trackid": f"/org/kahani/node/{session.node.id.hex}",
            "mpris:length": 4_000_000,
            "xesam:title": "कुआँ",
            "xesam:artist": ["Dadi"],
            "xesam:asText": "यह start है। यह चलता है।",
            "xesam:trackNumber": 1,
        },
    }
    assert await desktop.program.get_identity() == "kahani"
    assert await desktop.program.get_can_quit()
    assert not await desktop.program.get_can_raise()
    assert not await desktop.program.get_has_track_list()


async def test_keys_play_and_pause_and_twice_is_once(heard: Sofa, desktop: Desktop) -> None:
    await desktop.player.call_pause()
    await desktop.player.call_pause()
    await desktop.until_told("PlaybackStatus", lambda status: status == "Paused")
    assert state(heard) is PlaybackState.PAUSED
    await desktop.player.call_play()
    await desktop.player.call_play()
    await desktop.until_told("PlaybackStatus", lambda status: status == "Playing")
    assert state(heard) is PlaybackState.PLAYING
    await desktop.player.call_play_pause()
    await desktop.until_told("PlaybackStatus", lambda status: status == "Paused")
    await desktop.player.call_play_pause()
    await desktop.player.call_stop()
    assert state(heard) is PlaybackState.PAUSED
    assert heard.controller.position_ms() == 100


async def test_keys_go_from_line_to_line_and_on(heard: Sofa, desktop: Desktop) -> None:
    await desktop.player.call_next()
    assert heard.line == 1
    second = (await heard.until(PositionJumped)).position_ms
    assert await desktop.until_told("Seeked", bool) == second * 1000
    await desktop.player.call_previous()
    assert heard.line == 0
    await desktop.player.call_next()
    await desktop.player.call_next()
    fork = await desktop.until_told("Metadata", lambda m: "fork" in m["xesam:asText"])
    assert fork["xesam:trackNumber"] == 2
    assert await desktop.player.get_position() == 0


async def test_a_new_track_begins_at_its_start_without_a_jump(
    heard: Sofa, desktop: Desktop
) -> None:
    await heard.controller.forward()
    await desktop.until_told("Metadata", lambda m: "fork" in m["xesam:asText"])
    await heard.controller.back()
    await desktop.until_told("Metadata", lambda m: "start" in m["xesam:asText"])
    await desktop.player.call_seek(1_000_000)
    assert await desktop.until_told("Seeked", bool) == 1_000_000
    assert not desktop.told


async def test_the_same_words_in_another_mix_are_the_same_track_from_the_same_line(
    heard: Sofa, desktop: Desktop
) -> None:
    await desktop.player.call_next()
    await desktop.until_told("Seeked", bool)
    before = (await desktop.sees())["Metadata"]
    await desktop.player.call_pause()
    await heard.controller.change_mix(1)
    after = await desktop.until_told("Metadata", lambda m: m["xesam:title"] == "कुआँ well")
    assert after["mpris:trackid"] == before["mpris:trackid"]
    assert await desktop.until_told("Seeked", bool) > 1_000_000


async def test_a_place_is_gone_to_only_in_the_track_that_is_heard(
    heard: Sofa, desktop: Desktop
) -> None:
    track = (await desktop.sees())["Metadata"]["mpris:trackid"]
    await desktop.player.call_set_position(track, 2_500_000)
    assert heard.controller.position_ms() == 2500
    await desktop.player.call_set_position("/org/kahani/node/other", 100_000)
    await desktop.player.call_set_position(track, -1)
    await desktop.player.call_set_position(track, 4_000_001)
    assert await desktop.player.get_position() == 2_500_000
    await desktop.player.call_seek(-9_000_000)
    assert heard.controller.position_ms() == 0


async def test_rate_and_volume_go_both_ways(heard: Sofa, desktop: Desktop) -> None:
    await desktop.player.set_rate(1.25)
    await desktop.until_told("Rate", lambda rate: rate == 1.25)
    assert heard.controller.deck.speed == 1.25
    await desktop.player.set_rate(9.0)
    await desktop.until_told("Rate", lambda rate: rate == 2.0)
    await desktop.player.set_rate(0.0)
    await desktop.until_told("PlaybackStatus", lambda status: status == "Paused")
    assert await desktop.player.get_rate() == 2.0
    await desktop.player.set_volume(0.4)
    await desktop.until_told("Volume", lambda volume: volume == 0.4)
    assert heard.controller.deck.volume == 40
    await desktop.player.set_volume(-1.0)
    await desktop.player.set_volume(float("nan"))
    await desktop.until_told("Volume", lambda volume: volume == 0.0)
    heard.controller.deck.set_volume(70)
    await heard.controller.set_speed(0.7)
    await desktop.until_told("Rate", lambda rate: rate == 0.7)
    assert await desktop.player.get_volume() == 0.7


async def test_at_a_choice_it_is_the_listeners_turn(heard: Sofa, desktop: Desktop) -> None:
    await heard.controller.forward()
    heard.clock.advance(0.1)
    await heard.until_state(PlaybackState.PLAYING)
    assert await desktop.player.get_can_go_next()
    heard.clock.advance(3)
    await desktop.until_told("CanGoNext", lambda can: not can)
    heard.clock.advance(3)
    await heard.until(ChoiceAwaited)
    await desktop.until_told("PlaybackStatus", lambda status: status == "Paused")
    assert not await desktop.player.get_can_play()
    await desktop.player.call_next()
    await desktop.player.call_play()
    session = heard.controller.session
    assert session is not None
    assert session.node.key == "fork"
    await desktop.player.call_previous()
    await desktop.until_told("PlaybackStatus", lambda status: status == "Playing")
    assert heard.line == 1


async def test_who_goes_on_by_a_key_goes_on_by_play(heard: Sofa, desktop: Desktop) -> None:
    await heard.controller.set_habits(auto_play=False)
    heard.clock.advance(9)
    await heard.until(PassageHeard)
    await desktop.until_told("PlaybackStatus", lambda status: status == "Paused")
    assert await desktop.player.get_can_play()
    await desktop.player.call_play()
    await desktop.until_told("Metadata", lambda m: "fork" in m["xesam:asText"])
    assert await desktop.player.get_playback_status() == "Playing"


async def test_after_an_ending_play_begins_again(heard: Sofa, desktop: Desktop) -> None:
    await heard.controller.forward()
    await heard.controller.choose("A")
    await heard.until(NodeEntered)
    heard.clock.advance(9)
    await heard.until(StoryFinished)
    await desktop.until_told("PlaybackStatus", lambda status: status == "Stopped")
    await desktop.player.call_play()
    await desktop.until_told("Metadata", lambda m: "start" in m["xesam:asText"])


async def test_without_a_story_there_is_nothing_to_play(heard: Sofa, desktop: Desktop) -> None:
    await heard.controller.leave()
    await desktop.until_told("PlaybackStatus", lambda status: status == "Stopped")
    seen = await desktop.sees()
    assert seen["Metadata"] == {}
    assert not any(seen[f"Can{what}"] for what in ("Play", "Pause", "Seek", "GoNext"))
    await desktop.player.call_play_pause()
    await desktop.player.call_seek(1)
    await heard.begin_to_hear()
    await desktop.until_told("CanPlay", bool)


async def test_what_it_cannot_do_it_says(heard: Sofa, desktop: Desktop) -> None:
    await desktop.program.call_raise()
    with pytest.raises(DBusError, match="by name"):
        await desktop.player.call_open_uri("file:///story.mp3")


async def test_quit_asks_to_leave(sofa: Sofa, new_keys: NewKeys, desktop: Desktop) -> None:
    told: list[Event] = []
    new_keys(sofa, told)
    await sofa.begin_to_hear()
    await desktop.until_named(NAME)
    await desktop.look_at()
    await desktop.program.call_quit()
    assert told == [LeaveRequested()]


async def test_a_second_one_has_a_name_of_its_own(
    heard: Sofa, new_sofa: NewSofa, new_keys: NewKeys, desktop: Desktop
) -> None:
    second = await new_sofa()
    new_keys(second)
    await second.begin_to_hear()
    async with asyncio.timeout(60):
        while len(names := await desktop.names()) < 2:
            pass
    assert names[0] == NAME
    assert names[1].startswith(f"{NAME}.instance")
    await desktop.look_at(names[1])
    await desktop.player.call_pause()
    assert state(second) is PlaybackState.PAUSED
    assert state(heard) is PlaybackState.PLAYING


async def test_the_name_goes_when_it_is_closed(
    sofa: Sofa, new_keys: NewKeys, desktop: Desktop
) -> None:
    before = asyncio.all_tasks()
    keys = new_keys(sofa)
    await sofa.begin_to_hear()
    await desktop.until_named(NAME)
    await keys.close()
    await keys.close()
    await desktop.until_named()
    for ending in asyncio.all_tasks() - before:
        await asyncio.wait({ending}, timeout=60)
    assert asyncio.all_tasks() <= before


async def test_the_story_goes_on_when_the_bus_dies(
    heard: Sofa, bus: Bus, caplog: pytest.LogCaptureFixture
) -> None:
    bus.close()
    await heard.pass_time(1)
    await heard.controller.forward()
    assert (await heard.until(NodeEntered)).passage.key
    await heard.controller.close()
    errors = [record.message for record in caplog.records if record.levelname == "ERROR"]
    assert [error for error in errors if "add match" not in error] == []  # the desktop's own wish


async def test_a_bus_that_answers_no_more_holds_nobody_up(
    sofa: Sofa, new_keys: NewKeys, desktop: Desktop, bus: Bus
) -> None:
    keys = new_keys(sofa)
    await sofa.begin_to_hear()
    await desktop.until_named(NAME)
    bus.freeze()
    await sofa.controller.toggle()
    async with asyncio.timeout(30):  # by itself it would answer never
        await keys.close()
    bus.close()


async def test_nothing_is_on_the_bus_before_the_first_sound(
    sofa: Sofa, new_keys: NewKeys, desktop: Desktop
) -> None:
    new_keys(sofa)
    await sofa.controller.open("well")
    assert await desktop.names() == []
