"""Who decides about the mix, whatever else happens meanwhile: and what is said of it then."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from player.events import (
    MixDecided,
    NodeEntered,
    Notice,
    SpeedChanged,
    StoryFinished,
    StoryRated,
    VariantChanged,
)
from player.learner.evidence import Felt
from player.playback.judging import ONLY_THANKS, THANKS
from player.preferences import Habits, Level, Preferences
from player.story.graph import Edition, Node, Story
from player.story.walking import Variant
from tests.player.conftest import rows
from tests.player.recording.test_beliefs import in_bytes, refolded, row_of
from tests.player.small_story import clip

if TYPE_CHECKING:
    from tests.player.conftest import NewSofa, Sofa

HINDI, SOME_ENGLISH = Variant(0.0, "hi"), Variant(0.3, "hi-mixed")


async def sit(new_sofa: NewSofa, story: Story | None = None, level: Level = "intermediate") -> Sofa:
    sofa = await (new_sofa(adapts=True) if story is None else new_sofa(story, adapts=True))
    sofa.controller.begin_with(Preferences(level=level), Habits())
    return sofa


def heard(sofa: Sofa) -> Variant:
    session = sofa.controller.session
    assert session is not None
    return session.variant


def told(sofa: Sofa) -> tuple[str, str, str]:
    """What is said of the mix: who decides, why, and what is believed."""
    why = sofa.controller.adapting.why()
    assert why is not None
    return why.held, why.sentence, why.belief


def last_play(sofa: Sofa) -> dict[str, Any]:
    query = """SELECT content_characteristics FROM behavioral_events WHERE event_type = 'play'
        ORDER BY sequence DESC LIMIT 1"""
    ((traits,),) = rows(sofa.store.path, query)
    found: dict[str, Any] = json.loads(str(traits))
    return found


def with_nodes(story: Story, **by_key: Any) -> Story:
    """The story with other nodes; `each` is what all others become."""
    each = by_key.pop("each", lambda node: node)

    def made(node: Node) -> Node:
        become = by_key.get(node.key, each)
        found: Node = become(node)
        return found

    nodes = {id_: made(node) for id_, node in story.nodes.items()}
    return replace(story, nodes=nodes, content_hash="")


def in_tamil_too(story: Story) -> Story:
    def spoken(node: Node) -> Node:
        text = {**node.text, "ta": f"இது {node.key}.", "ta-mixed@0.40": f"இது {node.key} tale."}
        spoken = (clip(node.key, "ta"), clip(node.key, "ta-mixed", 0.4))
        return replace(node, text=text, clips=(*node.clips, *spoken))

    tamil = Edition(language="ta", title="கிணறு")
    mixed = replace(tamil, language="ta-mixed")
    editions = {**story.editions, "ta": tamil, "ta-mixed": mixed}
    return replace(with_nodes(story, each=spoken), editions=editions)


def in_hindi_alone(story: Story) -> Story:
    def pure(node: Node) -> Node:
        text = {key: words for key, words in node.text.items() if "mixed" not in key}
        return replace(node, text=text, clips=tuple(c for c in node.clips if not c.mix))

    return replace(with_nodes(story, each=pure), editions={"hi": story.editions["hi"]})


async def to_the_end(sofa: Sofa) -> None:
    await sofa.controller.forward()
    await sofa.controller.choose("A")
    await sofa.hear_out()
    await sofa.until(StoryFinished)


async def test_a_mix_that_is_asked_for_is_newer_than_one_that_was_held(new_sofa: NewSofa) -> None:
    sofa = await sit(new_sofa)
    await sofa.controller.open("well")
    await sofa.controller.change_mix(-1)
    await sofa.controller.open("well", restart=True, mix=0.3)
    await sofa.controller.forward()
    assert heard(sofa) == SOME_ENGLISH
    await sofa.controller.open("well", restart=True, language="hi-mixed")  # no more than a language
    await sofa.controller.open("well", restart=True)
    assert heard(sofa) == HINDI


async def test_what_is_pinned_and_believed_of_one_language_is_not_told_of_another(
    new_sofa: NewSofa, well: Story
) -> None:
    sofa = await sit(new_sofa, in_tamil_too(well))
    await sofa.controller.open("well", language="hi", mix=0.0)
    await sofa.controller.pin()
    assert told(sofa)[0] == "language"
    sofa.told.clear()
    await sofa.controller.next_language()
    assert (await sofa.until(MixDecided)).held == ""
    _, sentence, _ = told(sofa)
    assert heard(sofa) == Variant(0.4, "ta-mixed")  # as a new story would begin
    assert sentence == "We are still getting to know your Tamil (nothing heard so far)."
    await sofa.controller.undo_switch()
    assert told(sofa)[0] == "language"


async def test_where_there_is_one_mix_nobody_holds_it_and_no_other_is_promised(
    new_sofa: NewSofa, well: Story
) -> None:
    sofa = await sit(new_sofa, in_hindi_alone(well))
    await sofa.begin_to_hear(language="hi", mix=0.0)
    why = sofa.controller.adapting.why()
    assert why is not None
    assert why.is_only
    held, sentence, _ = told(sofa)
    assert (held, sentence[:28]) == ("", "We are still getting to know")
    await to_the_end(sofa)
    await sofa.controller.rate("hard")
    assert (await sofa.until(StoryRated)).sentence == ONLY_THANKS


async def test_thanks_promise_less_english_only_where_some_is_heard(new_sofa: NewSofa) -> None:
    sofa = await sit(new_sofa)
    await sofa.controller.open("well")
    assert heard(sofa) == SOME_ENGLISH
    await to_the_end(sofa)
    await sofa.controller.rate("easy")
    assert (await sofa.until(StoryRated)).sentence == THANKS[Felt.EASY]
    await sofa.controller.restart()
    await sofa.controller.change_mix(-1)
    await to_the_end(sofa)
    await sofa.controller.rate("easy")
    assert (await sofa.until(StoryRated)).sentence == ONLY_THANKS


async def test_a_rated_story_is_rated_again_only_after_it_began_again(new_sofa: NewSofa) -> None:
    sofa = await sit(new_sofa)
    await sofa.controller.open("well")
    await to_the_end(sofa)
    await sofa.controller.rate("right")
    await sofa.controller.back()
    await sofa.controller.forward()
    await sofa.hear_out()
    await sofa.until(StoryFinished)
    assert not sofa.controller.can_rate
    await sofa.controller.restart()
    await to_the_end(sofa)
    assert sofa.controller.can_rate


async def heard_one(sofa: Sofa) -> None:
    """Hear one passage, so that something is known, and leave."""
    await sofa.begin_to_hear()
    sofa.clock.advance(10)
    await sofa.until(NodeEntered)
    await sofa.controller.leave()


async def test_a_line_that_is_heard_slowly_is_no_slow_story(new_sofa: NewSofa) -> None:
    sofa = await sit(new_sofa)
    await sofa.begin_to_hear()
    session, deck = sofa.controller.session, sofa.controller.deck
    assert session is not None
    usual, before = deck.speed, sofa.controller.adapting.rung(session)
    await sofa.controller.replay_slowly()
    assert deck.speed == 0.7
    assert sofa.controller.adapting.rung(session) == before
    await sofa.controller.forward()
    assert last_play(sofa)["speed"] == deck.speed == usual


async def test_a_pinned_level_stays_when_the_transcript_is_hidden(new_sofa: NewSofa) -> None:
    sofa = await sit(new_sofa)
    await sofa.controller.open("well", language="hi", mix=0.0)
    await sofa.controller.pin()
    await sofa.controller.note("transcript_toggled", showing="hidden")
    await sofa.controller.forward()
    assert heard(sofa) == HINDI
    await sofa.controller.set_speed(0.8)
    await sofa.controller.choose("B")
    assert heard(sofa) == HINDI


async def test_speed_is_nudged_once_until_more_is_known_and_it_is_told(
    new_sofa: NewSofa, well: Story
) -> None:
    editions = {k: replace(e, difficulty_score=0.1) for k, e in well.editions.items()}
    sofa = await sit(new_sofa, replace(well, editions=editions), "advanced")
    await sofa.begin_to_hear()
    sofa.clock.advance(10)
    await sofa.until(NodeEntered)
    await sofa.controller.forward()
    before, sofa.told[:] = sofa.controller.deck.speed, []
    for _ in range(3):
        await sofa.controller.open("well", restart=True)
        assert sofa.controller.deck.speed == round(before + 0.05, 2)
        await sofa.controller.leave()
    speeds = [event.speed for event in sofa.told if isinstance(event, SpeedChanged)]
    assert speeds == [sofa.controller.deck.speed]


async def test_more_english_waits_for_a_passage_that_has_it(new_sofa: NewSofa, well: Story) -> None:
    def pure(node: Node) -> Node:
        return replace(node, clips=(clip(node.key, "hi"),))

    sofa = await sit(new_sofa, with_nodes(well, fork=pure))
    await sofa.begin_to_hear(language="hi", mix=0.0)
    await sofa.controller.unpin()
    await sofa.controller.note("translation_shown")
    sofa.clock.advance(10)
    while (session := sofa.controller.session) is None or session.node.key != "fork":
        await sofa.until(MixDecided)
    assert heard(sofa) == HINDI
    assert "English" not in told(sofa)[1]
    await sofa.controller.choose("B")
    assert heard(sofa) == SOME_ENGLISH
    assert (await sofa.until(VariantChanged)).why.endswith(
        "so the next one has a bit more English."
    )


async def test_from_a_mix_that_is_only_written_kahani_leads_back_to_a_spoken_one(
    new_sofa: NewSofa, well: Story
) -> None:
    def more(node: Node) -> Node:
        return replace(node, text={**node.text, "hi-mixed@0.60": f"यह {node.key} है। It goes on।"})

    sofa = await sit(new_sofa, with_nodes(well, each=more))
    await sofa.controller.open("well")
    await sofa.controller.change_mix(1)
    assert (heard(sofa).mix, told(sofa)[0]) == (0.6, "story")
    await sofa.controller.unpin()
    assert told(sofa)[:2] != ("", "")
    assert told(sofa)[0] == ""


async def test_a_move_that_cannot_be_written_changes_nothing_that_is_told(
    new_sofa: NewSofa,
) -> None:
    sofa = await sit(new_sofa)
    await sofa.begin_to_hear(language="hi", mix=0.0)
    await sofa.controller.unpin()
    before = told(sofa)[:2]
    await sofa.controller.note("translation_shown")
    await sofa.pass_time(3)
    with closing(sqlite3.connect(sofa.store.path)) as other:
        other.execute(
            "CREATE TRIGGER full BEFORE INSERT ON behavioral_events "
            "BEGIN SELECT RAISE(ABORT, 'the disk is full'); END"
        )
        other.commit()
        await sofa.controller.forward()
        assert "Not saved" in (await sofa.until(Notice)).text
        assert (told(sofa)[:2], heard(sofa)) == (before, HINDI)
        other.execute("DROP TRIGGER full")
        other.commit()
    await sofa.hear_out()
    while (session := sofa.controller.session) is None or session.node.key != "fork":
        await sofa.until(MixDecided)
    await sofa.controller.leave()
    assert row_of(sofa.store) == in_bytes(refolded(sofa.store)) != "{}"


async def test_a_mix_that_is_held_is_held_in_the_next_language_too(
    new_sofa: NewSofa, well: Story
) -> None:
    sofa = await sit(new_sofa, in_tamil_too(well))
    await sofa.controller.open("well", language="hi", mix=0.0)
    await sofa.controller.change_mix(1)
    await sofa.controller.next_language()
    assert heard(sofa) == Variant(0.4, "ta-mixed")
