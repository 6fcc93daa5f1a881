"""What suits a listener is put together from their store, and again only where it changed."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from player.cli.suiting import Suits
from player.cli.wiring import now
from player.tui.services import Settings, Shelved

if TYPE_CHECKING:
    from db.store import Store
    from tests.player.conftest import NewSofa

SETTINGS = Settings(level="beginner")
HARD = Shelved(slug="hard", title="Hard", languages=("hi",), format="podcast", difficulty_score=0.9)
EASY = Shelved(slug="easy", title="Easy", languages=("hi",), format="podcast", difficulty_score=0.0)
OTHER = Shelved(slug="other", title="Other", languages=("hi",), format="narrative")


async def test_likes_and_settings_fill_the_shelf_and_what_is_believed_orders_it(
    new_sofa: NewSofa, store: Store
) -> None:
    stories = (HARD, OTHER, EASY)
    suits = Suits(store, now=now)
    first = suits.suited(stories, SETTINGS)
    assert first.for_you == ()
    assert suits.suited(stories, SETTINGS) is first
    asked = suits.suited(stories, Settings(level="beginner", formats=("podcast",)))
    assert [stories[n].slug for n in asked.for_you] == ["easy", "hard"]

    sofa = await new_sofa()
    await sofa.begin_to_hear(node_key="fork")
    await sofa.controller.react("love")
    liked = suits.suited(stories, SETTINGS)
    assert [stories[n].slug for n in liked.for_you] == ["other"]
    await sofa.controller.react(None)
    assert suits.suited(stories, SETTINGS).for_you == ()


def test_the_stated_level_counts_before_anything_was_heard(store: Store) -> None:
    suits = Suits(store, now=now)
    told = []
    for level in ("beginner", "intermediate", "advanced"):
        suiting = suits.suited((), Settings(level=level)).suiting
        assert suiting is not None
        told.append(suiting.fit(OTHER).lines)
    assert told == ["1 to 8 lines in 10", "3 to 9 lines in 10", "5 to 10 lines in 10"]


def test_a_story_with_english_in_it_is_told_as_it_would_begin(store: Store) -> None:
    well = Shelved(slug="well", title="Well", languages=("hi", "hi-mixed"), difficulty_score=0.6)
    suiting = Suits(store, now=now).suited((well, HARD), SETTINGS).suiting
    assert suiting is not None
    assert suiting.fit(well).sentence.endswith("lines in 10 with 30 % English.")
    assert "English" not in suiting.fit(HARD).sentence


def test_without_the_transcript_in_view_less_of_a_story_is_promised(store: Store) -> None:
    told = []
    for is_shown in (True, False):
        suits = Suits(store, now=now, reads_along=partial(bool, is_shown))
        suiting = suits.suited((HARD,), SETTINGS).suiting
        assert suiting is not None
        told.append(suiting.fit(HARD).lines)
    assert told == ["0 to 4 lines in 10", "0 to 2 lines in 10"]
