"""The mix follows what the listener understands, says why, and is always theirs to hold."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from db.store import Store
from player.errors import UsageError
from player.events import (
    ChoiceAwaited,
    MixDecided,
    NodeEntered,
    SpeedChanged,
    StoryFinished,
    StoryOpened,
    StoryRated,
    VariantChanged,
)
from player.learner.holds import Holds
from player.learner.traces import Trace
from player.preferences import Habits, Level, Preferences
from player.story.graph import Story
from player.story.walking import Variant
from tests.player.conftest import rows

if TYPE_CHECKING:
    from tests.player.conftest import NewSofa, Sofa

HINDI, SOME_ENGLISH = ("hi", 0.0), ("hi-mixed", 0.3)


async def adapting(new_sofa: NewSofa, level: Level = "intermediate", **more: Any) -> Sofa:
    sofa = await new_sofa(adapts=True, **more)
    sofa.controller.begin_with(Preferences(level=level), Habits())
    return sofa


def heard(sofa: Sofa) -> tuple[str, float]:
    session = sofa.controller.session
    assert session is not None
    return session.variant.language, session.variant.mix


def contexts(store: Store, kind: str) -> list[dict[str, Any]]:
    query = f"SELECT context FROM behavioral_events WHERE event_type = '{kind}' ORDER BY sequence"
    return [json.loads(str(context)) for (context,) in rows(store.path, query)]


async def on_to_the_fork(sofa: Sofa, *, peeks: bool) -> None:
    """Hear the start to its end, perhaps with a look at its translation."""
    if peeks:
        await sofa.controller.note("translation_shown")
    sofa.clock.advance(10)
    await sofa.until(NodeEntered)
    await sofa.hear_out()
    if peeks:
        await sofa.controller.note("translation_shown")
    await sofa.until(ChoiceAwaited)


async def free_in_hindi(new_sofa: NewSofa) -> Sofa:
    """Somebody who asked for Hindi without English, and then let kahani choose."""
    sofa = await adapting(new_sofa)
    await sofa.begin_to_hear(language="hi", mix=0.0)
    await sofa.controller.unpin()
    return sofa


async def test_a_new_story_begins_in_the_mix_that_serves_and_says_why(new_sofa: NewSofa) -> None:
    sofa = await adapting(new_sofa)
    await sofa.controller.open("well")
    opened = await sofa.until(StoryOpened)
    decided = await sofa.until(MixDecided)
    assert (opened.language, opened.mix) == SOME_ENGLISH
    assert (decided.reason, decided.is_change, decided.held) == ("new", False, "")
    assert decided.sentence == ("We are still getting to know your Hindi (nothing heard so far).")
    (context,) = contexts(sofa.store, "play")
    assert context["why"] == "new"
    assert 0 < context["expected"] < 1
    least, most = context["in_ten"]  # little is known yet: a range
    assert least < 10 * context["expected"] < most


async def test_a_mix_that_is_asked_for_is_held(new_sofa: NewSofa) -> None:
    sofa = await adapting(new_sofa)
    await sofa.begin_to_hear(language="hi", mix=0.0)
    assert heard(sofa) == HINDI
    await on_to_the_fork(sofa, peeks=True)
    await sofa.controller.choose("B")
    assert heard(sofa) == HINDI
    why = sofa.controller.adapting.why()
    assert why is not None
    assert (why.held, why.before) == ("story", None)


async def test_after_a_hard_passage_the_next_has_more_english_and_it_can_be_taken_back(
    new_sofa: NewSofa,
) -> None:
    sofa = await free_in_hindi(new_sofa)
    await sofa.controller.note("translation_shown")
    sofa.clock.advance(10)
    changed = await sofa.until(VariantChanged)
    assert (changed.language, changed.mix) == SOME_ENGLISH == heard(sofa)
    assert changed.why == (
        "You looked at the text or its translation, so the next one has a bit more English."
    )
    told = contexts(sofa.store, "play")[-1]
    assert (told["why"], told["from"], told["moved"]["told"]) == ("easier", "hi", ["peek"])
    why = sofa.controller.adapting.why()
    assert why is not None
    assert why.before == Variant(0.0, "hi")
    await sofa.controller.undo_switch()
    changed = await sofa.until(VariantChanged)
    assert ((changed.language, changed.mix), changed.why) == (HINDI, "")
    await sofa.hear_out()
    await sofa.until(ChoiceAwaited)
    await sofa.controller.choose("B")
    assert (heard(sofa), sofa.controller.adapting.held("hi", "well")) == (HINDI, "story")


async def test_the_mix_of_the_fader_holds_in_its_story_in_later_sittings_too(
    new_sofa: NewSofa,
) -> None:
    sofa = await adapting(new_sofa)
    await sofa.begin_to_hear()
    await sofa.controller.change_mix(-1)
    await sofa.controller.open("well", restart=True)
    assert heard(sofa) == HINDI
    await sofa.controller.leave()
    later = await adapting(new_sofa)
    await later.controller.open("well", restart=True)
    assert heard(later) == HINDI
    decided = await later.until(MixDecided)
    assert (decided.reason, decided.held) == ("pinned", "story")
    await later.controller.unpin()
    await later.controller.open("well", restart=True)
    assert heard(later) == SOME_ENGLISH


async def test_a_pinned_level_holds_in_all_stories_until_it_is_let_go(new_sofa: NewSofa) -> None:
    sofa = await free_in_hindi(new_sofa)
    await sofa.controller.pin()
    assert (await sofa.until(MixDecided)).held == ""  # how it was opened
    await on_to_the_fork(sofa, peeks=True)
    await sofa.controller.choose("B")
    assert heard(sofa) == HINDI
    await sofa.controller.leave()
    later = await adapting(new_sofa)
    assert later.controller.adapting.held("hi", "") == ""  # not read yet
    await later.controller.open("well", restart=True)
    assert (heard(later), later.controller.adapting.held("hi", "")) == (HINDI, "language")
    await later.controller.leave()
    await later.controller.unpin("hi")
    assert later.controller.adapting.held("hi", "") == ""


async def test_a_language_that_was_never_heard_cannot_be_pinned(new_sofa: NewSofa) -> None:
    sofa = await adapting(new_sofa)
    with pytest.raises(UsageError, match="Nothing was heard in Tamil yet"):
        await sofa.controller.pin("ta")


async def test_after_a_step_back_it_is_still_said_why(new_sofa: NewSofa) -> None:
    sofa = await adapting(new_sofa)
    await sofa.begin_to_hear()
    await sofa.controller.forward()
    await sofa.controller.back()
    why = sofa.controller.adapting.why()
    assert why is not None
    assert why.sentence.startswith("We are still getting to know your Hindi")
    assert "why" not in contexts(sofa.store, "play")[-1]


async def test_the_mix_of_the_settings_holds_everywhere(new_sofa: NewSofa) -> None:
    sofa = await adapting(new_sofa)
    sofa.controller.usually(language="hi", mix=0.0)
    await sofa.controller.open("well")
    assert heard(sofa) == HINDI
    with pytest.raises(UsageError, match="The settings hold the mix"):
        await sofa.controller.unpin()


async def test_switched_off_nothing_changes_by_itself(new_sofa: NewSofa) -> None:
    sofa = await new_sofa()
    await sofa.begin_to_hear()
    await on_to_the_fork(sofa, peeks=True)
    await sofa.controller.choose("B")
    assert heard(sofa) == HINDI
    why = sofa.controller.adapting.why()
    assert why is not None
    assert not why.is_on
    assert why.cause == "You looked at the text or its translation"


async def test_a_story_is_rated_once_after_its_end(new_sofa: NewSofa) -> None:
    sofa = await adapting(new_sofa)
    await sofa.begin_to_hear()
    await sofa.controller.rate("hard")  # too early: nothing
    await on_to_the_fork(sofa, peeks=False)
    await sofa.controller.choose("A")
    await sofa.hear_out()
    await sofa.until(StoryFinished)
    before = sofa.controller.adapting.belief("hi").mu
    for _ in range(2):
        await sofa.controller.rate("hard")
    assert (await sofa.until(StoryRated)).felt == "hard"
    assert sofa.controller.adapting.belief("hi").mu < before
    assert [c["rating"] for c in contexts(sofa.store, "rated")] == ["hard"]
    with pytest.raises(UsageError, match="'dull' is not a rating"):
        await sofa.controller.rate("dull")


async def test_where_no_mix_is_hard_enough_a_new_story_is_told_a_little_faster(
    new_sofa: NewSofa, well: Story
) -> None:
    edition = replace(well.editions["hi"], difficulty_score=0.1)
    easy = replace(
        well, editions={"hi": edition, "hi-mixed": replace(edition, language="hi-mixed")}
    )
    sofa = await adapting(new_sofa, "advanced", story=easy)
    await sofa.begin_to_hear()
    assert sofa.controller.deck.speed == 1.0  # nothing was heard yet
    await on_to_the_fork(sofa, peeks=False)
    await sofa.controller.open("well", restart=True)
    assert sofa.controller.deck.speed == 1.05
    assert sofa.controller.preferences.speed == 1.0
    assert contexts(sofa.store, "play")[-1]["nudged"] == 1.05
    await sofa.controller.set_speed(1.0)  # the listener's own wish, from now on
    await sofa.until(SpeedChanged)
    await sofa.controller.leave()
    later = await adapting(new_sofa, "advanced", story=easy)
    await later.controller.open("well")
    assert later.controller.deck.speed == 1.0


def test_what_is_held_is_the_latest_wish_in_whatever_order_it_came() -> None:
    def held(number: int, **context: Any) -> Trace:
        at = datetime(2026, 1, 1, number, tzinfo=UTC)
        traits = {"language": "hi-mixed", "slug": "well"}
        return Trace(
            id=str(number),
            at=at,
            kind="rated",
            session_id="s",
            traits=traits,
            context={"rating": "held", **context},
        )

    events = [
        held(1, of="story", mix=0.3),
        held(2, of="language", difficulty=-1.5),
        held(3, of="story", mix=0.6),
        held(4, of="language", difficulty=None),
    ]
    holds = Holds.of([*reversed(events), *events])
    assert (holds.mixes, holds.pinned) == ({"well": 0.6}, {})
    assert Holds.of(events[:2]).wish("hi", "well").difficulty == -1.5
