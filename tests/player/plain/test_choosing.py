"""Choices without a screen: told, taken by number or letter, and the end they lead to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from db.asking.shares import Share, keep_shares
from tests.player.plain.hearing import FIRST, SECOND, at_the_fork

if TYPE_CHECKING:
    from db.store import Store
    from player.story.graph import Story
    from tests.player.plain.conftest import Listener, NewListener


async def test_a_letter_is_a_command_until_a_choice_has_it(listener: Listener) -> None:
    await listener.types("b", "Bookmark kept.")
    await at_the_fork(listener)
    await listener.types("b", "You chose: B का fork")


async def test_a_number_takes_a_choice_before_it_is_asked(listener: Listener) -> None:
    await listener.hears_while("यह fork है।")
    await listener.types("2", "You chose: B का fork")


async def test_a_number_that_no_choice_has_is_answered_by_those_there_are(
    listener: Listener,
) -> None:
    await at_the_fork(listener)
    await listener.types("7", "there is no choice '7' here; there is 1 to 2, or A, B.")
    await listener.types("tell", "Choose 1 to 2, or type ? for the commands.")


async def test_going_on_from_a_question_tells_the_choices_and_tells_them_once(
    listener: Listener,
) -> None:
    await listener.hears_while("यह fork है।")
    told = await listener.types("on", "Choose 1 to 2")
    assert SECOND in told
    await listener.sofa.pass_time(10)
    assert "Choose" not in listener.news
    await listener.types("", "Choose 1 to 2")


async def test_a_story_that_has_ended_waits_for_a_last_word(listener: Listener) -> None:
    await at_the_fork(listener)
    await listener.types("1", "You chose")
    await listener.hears_while("Press enter to leave, or type restart, back or like.")
    await listener.types("like", "Liked.")
    await listener.types("restart", FIRST)
    await listener.types("q", "Your place is kept.")
    assert await listener.left() == 0


async def test_how_many_chose_the_same_is_told_after_a_choice(
    new_listener: NewListener, store: Store, well: Story
) -> None:
    fork = well.nodes[well.ids_by_key["fork"]]
    shares = {choice.id: Share(62, 40) for choice in fork.choices}
    store.write_later(lambda tx: keep_shares(tx, "well", shares)).result()
    listener = await new_listener()
    await at_the_fork(listener)
    await listener.types("1", "62 percent of listeners chose this.")


async def test_choices_are_told_as_the_lines_are(listener: Listener) -> None:
    await listener.types("T", "Each line is translated.")
    await listener.types("Z", "Each line in Latin letters too.")
    told = await listener.hears_while("Choose 1 to 2")
    assert "1. A का fork; A kā fork; A of fork\n2. B का fork; B kā fork; B of fork\n" in told
    await listener.types("T", "No translations.")
    told = await listener.types("t", "2. B of fork\n")
    assert "Translation: It goes on.\n1. A of fork\n" in told
