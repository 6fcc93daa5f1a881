"""Listening without a screen: told line by line, and done as it is typed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from player.audio.output import PlaybackState
from player.events import PlaybackChanged, SyncChanged
from tests.player.offers import offered
from tests.player.plain.hearing import FIRST, SECOND, at_the_fork, recorded

if TYPE_CHECKING:
    from db.store import Store
    from player.story.graph import Story
    from tests.player.conftest import Sofa
    from tests.player.plain.conftest import Listener, NewListener


async def test_each_line_is_told_when_it_begins_to_be_heard(listener: Listener) -> None:
    opening = await listener.hears(FIRST)
    assert opening.startswith("कुआँ, in Hindi.\nPress enter to pause")
    assert "\nDadi:\n" in opening
    assert SECOND not in opening
    await listener.hears_while(SECOND)


async def test_enter_pauses_and_plays_on(listener: Listener) -> None:
    await listener.types("", "Paused.")
    await listener.sofa.pass_time(10)
    assert SECOND not in listener.told
    await listener.types("", "Playing.")
    await listener.types("pause", "Paused.")
    await listener.types("pause", "Paused.")
    await listener.types("p", "Playing.")


async def test_a_line_that_is_heard_again_is_told_again(listener: Listener) -> None:
    await listener.hears(FIRST)
    await listener.types("r", FIRST)
    await listener.types(".", SECOND)
    await listener.types(",", FIRST)
    await recorded(listener.sofa, "replay", 1)


async def test_a_line_is_heard_slowly_and_told_but_once(listener: Listener) -> None:
    await listener.hears(FIRST)
    listener.type("R")
    await recorded(listener.sofa, "replay", 1)
    told = await listener.hears_while(SECOND)
    assert told.count(FIRST) == 1
    assert "Speed" not in told
    await recorded(listener.sofa, "replay", 3)


async def test_the_translation_is_told_for_a_line_or_for_each(listener: Listener) -> None:
    await listener.types("t", "Translation: This is start.")
    await recorded(listener.sofa, "translation_shown", 1)
    await listener.types("T", "Each line is translated.\nThis is start.")
    await listener.hears_while(f"{SECOND}\nIt goes on.")
    await listener.types("t off", "No translations.")


async def test_a_line_is_told_in_latin_letters(listener: Listener) -> None:
    await listener.types("roman", "yah start hai.")
    await listener.types("Z", "Each line in Latin letters too.")
    await listener.hears_while(f"{SECOND}\nyah caltā hai.")


async def test_another_mix_comes_with_the_next_line_and_can_be_taken_back(
    listener: Listener,
) -> None:
    await listener.types("mix 25", "From the next line on in Hindi with 30 percent English.")
    await listener.types("U", "Staying in Hindi.")
    await listener.types("x", "From the next line on")
    told = await listener.hears_while("यह goes on।")
    assert "Now in Hindi with 30 percent English." in told
    assert "Dadi" not in told
    await listener.types("undo", "Now in Hindi.")


async def test_what_cannot_be_done_is_answered_by_what_there_is(listener: Listener) -> None:
    for typed, said in (
        ("L fr", "it speaks Hindi (hi), Hindi + English (hi-mixed)."),
        ("L hindi", "it is Hindi already. There is 0 and 30 percent English."),
        ("L", "this story speaks Hindi (hi), Hindi + English (hi-mixed) only."),
        ("X", "this is the least English that there is."),
        ("undo", "there is no change of language or mix to be taken back."),
        ("back", "this is where the story begins."),
        ("1", "nothing is asked here."),
        ("choices", "nothing is asked here."),
        ("go 1", "there is no bookmark in this story yet"),
        ("quit now", "nothing may follow quit, so 'now' may not."),
        ("speed fast", "the speed is a number from 0.5 to 2, not 'fast'."),
        ("volum 3", "Did you mean volume? Type ? for the commands."),
    ):
        told = await listener.types(typed, said)
        assert "Not done: " in told, typed


async def test_speed_and_volume_are_set_and_said(listener: Listener) -> None:
    await listener.types("speed 0.8", "Speed 0.8.")
    await listener.types("]", "Speed 0.9.")
    await listener.types("volume 70", "Volume 70.")
    await listener.types("-", "Volume 60.")
    await listener.types("m", "Muted.")
    await listener.types("m", "Volume 60.")


async def test_places_are_kept_with_notes_listed_and_gone_to(listener: Listener) -> None:
    await listener.hears_while(SECOND)
    await listener.types("b the rope", "Bookmark kept: the rope. It is the first in this story.")
    await at_the_fork(listener)
    await listener.types("bookmark", "Bookmark kept. There are 2 in this story.")
    told = await listener.types("bookmarks", "Type go and a number.")
    assert "2. the rope; 0 percent heard, Hindi; " in told
    await listener.types("note 2 the long rope", "Bookmark 2: the long rope.")
    told = await listener.types("go 2", SECOND)
    assert "कुआँ, in Hindi, at the bookmark." in told
    assert FIRST not in told
    await listener.types("forget 1", "Bookmark 1 is forgotten.")
    assert "1. कुआँ; the long rope; " in await listener.types("bookmarks all", "Type go")


async def test_a_like_goes_round(listener: Listener) -> None:
    for said in ("Liked.", "Loved.", "A favorite.", "No longer liked."):
        await listener.types("f", said)


async def test_after_each_line_the_listener_is_waited_for(listener: Listener) -> None:
    await listener.types("P", "Pausing after each line; press enter to go on.")
    await listener.sofa.pass_time(10)
    assert SECOND not in listener.told
    listener.type("")
    told = await listener.hears_while(SECOND)
    assert "Playing" not in told
    await listener.types("wait off", "Playing on after each line.")


async def test_after_each_passage_the_listener_is_waited_for(listener: Listener) -> None:
    await listener.types("a", "Waiting after each passage; press enter to go on.")
    await listener.hears_while("Press enter to go on.")
    await listener.types("", "यह fork है।")


async def test_the_sleep_timer_is_set_and_only_its_start_is_said(listener: Listener) -> None:
    await listener.types("sleep 2", "Sleep in 2 minutes.")
    told = await listener.hears_while("a bookmark stands where the sleep timer was set.")
    assert "Sleep in 1" not in told
    await listener.types("where", "Bookmarks: 1.")


async def test_where_one_is_is_told_in_a_sentence_or_two(listener: Listener) -> None:
    await listener.types("f", "Liked.")
    told = await listener.types("i", "Liked.")
    assert told == (
        "कुआँ, in Hindi, 0 percent heard. Dadi, line 1 of 2. Playing; speed 1, volume 100."
        " 0 of 2 endings found. Liked.\n"
    )


async def test_text_can_be_left_to_the_ears(listener: Listener) -> None:
    await listener.types("text off", "The lines are not written.")
    await at_the_fork(listener)
    assert SECOND not in listener.told
    await listener.types("line", f"Dadi: {SECOND}")


async def test_the_end_of_what_is_typed_saves_and_leaves(listener: Listener) -> None:
    await listener.types("t", "Translation")
    listener.type_end()
    assert await listener.left() == 0


async def test_a_clip_that_comes_from_elsewhere_is_said_to_be_waited_for_once(
    new_listener: NewListener,
) -> None:
    listener = await new_listener()
    for reason in ("connecting", "buffering 10 %", "buffering 60 %"):
        listener.player.hear(PlaybackChanged(PlaybackState.LOADING, reason))
    listener.player.hear(PlaybackChanged(PlaybackState.PLAYING))
    listener.player.hear(PlaybackChanged(PlaybackState.LOADING, "buffering 70 %"))
    await listener.types("speed 1.2", "Speed 1.2")
    assert listener.told.count("Waiting for the sound to come.") == 2


async def test_being_offline_is_said_once_and_being_back_too(new_listener: NewListener) -> None:
    listener = await new_listener()
    for pending, text in ((1, "1 to send"), (0, "all sent"), (1, "offline, 1 to send")):
        listener.player.hear(SyncChanged(pending, text))
    await listener.hears("Offline, 1 to send. What you do is kept here.\n")
    for pending, text in ((2, "offline, 2 to send"), (0, "all sent"), (1, "1 to send")):
        listener.player.hear(SyncChanged(pending, text))
    told = await listener.types("speed 1.2", "Speed 1.2")
    assert "Offline" not in told
    assert told.count("Online again, all sent.\n") == 1
    assert "1 to send" not in told


async def test_the_place_on_another_machine_is_told_and_gone_to(
    new_listener: NewListener, sofa: Sofa, store: Store, well: Story
) -> None:
    await sofa.begin_to_hear(node_key="fork")
    await sofa.controller.leave()
    offered(store, well, "rope")
    listener = await new_listener()
    await listener.hears("On kitchen, you were at: यह rope है। Type there to go on there.")
    told = await listener.types("there", "यह rope है।")
    assert "कुआँ, in Hindi, at your other place." in told
    assert "no other place" in await listener.types("there", "Not done")
