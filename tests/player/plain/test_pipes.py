"""Answers that come through a pipe, and what is told to programs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from player.audio.output import PlaybackState
from player.errors import UsageError
from player.events import PlaybackChanged, SyncChanged
from tests.player.plain.hearing import at_the_fork

if TYPE_CHECKING:
    from tests.player.conftest import Sofa
    from tests.player.plain.conftest import NewListener


async def test_answers_of_a_pipe_wait_and_its_commands_do_not(new_listener: NewListener) -> None:
    listener = await new_listener(piped=True, begin=False)
    listener.type("speed 2", "", "b", "translation", "A")
    await listener.begin()
    told = await listener.hears_while("You chose: A का fork")
    assert "Press enter" not in told
    assert told.index("Speed 2.") < told.index("यह fork है।") < told.index("You chose: B का fork")
    assert "You chose: B का fork\nTranslation: It goes on.\n" not in told
    assert "Translation: This is rope." in told
    await listener.hears_while("The end.")
    assert await listener.left() == 0


async def test_a_pipe_that_ends_while_the_sound_is_held_leaves(new_listener: NewListener) -> None:
    listener = await new_listener(piped=True, begin=False)
    listener.type("pause")
    listener.type_end()
    await listener.begin()
    assert await listener.left() == 0
    assert listener.told.endswith("Paused.\nYour place is kept.\n")


async def test_programs_get_an_object_for_each_effect(new_listener: NewListener) -> None:
    listener = await new_listener(as_json=True)
    for line, event in [
        ("t", "translation"),
        ("roman", "romanisation"),
        ("speed 1.5", "speed"),
        ("volume 40", "volume"),
        ("f", "reaction"),
        ("b here", "bookmark"),
        ("B", "bookmarks"),
        ("p", "paused"),
        ("p", "resumed"),
        ("where", "where"),
        ("sleep 5", "sleep"),
        ("wait on", "habits"),
        ("mix 30", "variant_planned"),
        ("U", "variant_dropped"),
        ("languages", "languages"),
        ("line", "line"),
        ("text off", "text"),
        ("?", "help"),
        ("nonsense", "error"),
        ("q", "left"),
    ]:
        await listener.types(line, f'"event":"{event}"')
    assert await listener.left() == 0
    assert listener.objects("speed")[0]["speed"] == 1.5
    (bookmark,) = listener.objects("bookmarks")[0]["bookmarks"]
    assert (bookmark["number"], bookmark["note"], bookmark["slug"]) == (1, "here", "well")
    assert listener.objects("translation")[0]["text"] == "This is start."


async def test_programs_are_told_how_much_of_a_clip_has_come(new_listener: NewListener) -> None:
    listener = await new_listener(as_json=True)
    for reason in ("connecting", "buffering 10 %"):
        listener.player.hear(PlaybackChanged(PlaybackState.LOADING, reason))
    await listener.types("speed 1.2", '"event":"speed"')
    assert [each["reason"] for each in listener.objects("loading")] == [
        "connecting",
        "buffering 10 %",
    ]


async def test_programs_are_told_each_time_how_it_stands_with_postgresql(
    new_listener: NewListener,
) -> None:
    listener = await new_listener(as_json=True)
    for pending, text in ((1, "1 to send"), (1, "offline, 1 to send")):
        listener.player.hear(SyncChanged(pending, text))
    await listener.types("speed 1.2", '"event":"speed"')
    assert listener.objects("sync") == [
        {"event": "sync", "pending": 1, "text": "1 to send"},
        {"event": "sync", "pending": 1, "text": "offline, 1 to send"},
    ]


async def test_answers_given_ahead_go_on_by_themselves_for_who_waits_otherwise(
    new_listener: NewListener, sofa: Sofa
) -> None:
    await sofa.controller.set_habits(auto_play=False, pause_after_line=True)
    listener = await new_listener(piped=True, begin=False)
    listener.type("1")
    listener.type_end()
    await listener.begin()
    await listener.hears_while("The end.")
    assert await listener.left() == 0


async def test_a_pipe_without_an_answer_says_where_it_was_missed(
    new_listener: NewListener,
) -> None:
    listener = await new_listener(piped=True, begin=False)
    listener.type_end()
    await listener.begin()
    await at_the_fork(listener)
    with pytest.raises(UsageError, match="no answer is left for the choice at 'fork'"):
        await listener.left()
