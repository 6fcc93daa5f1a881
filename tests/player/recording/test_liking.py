"""What a listener likes is read out of what they did, in whichever order that is read."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import text

from db.asking.liking import ends
from db.records import LikeRecord
from db.store import Store
from player.cli.wiring import now
from player.learner.hearings import Hearings
from player.learner.recounting import told_taste
from player.learner.taste import Kind
from player.learner.traces import Trace
from player.recording.beliefs import trace_of
from player.recording.liking import Liking
from player.story.graph import Story
from tests.player.learner.listening import NOON

if TYPE_CHECKING:
    from tests.player.conftest import NewSofa

FOLK = {"genre": "folk tale", "topic": "animals", "format": "narrative"}


def end(name: str, slug: str = "crow", *, left_at: float | None = None, days: float = 0) -> Trace:
    """Return how a story ended in a sitting: heard to an end, or left at a share of it."""
    return Trace(
        id=name,
        at=NOON + timedelta(days=days),
        kind="complete" if left_at is None else "abandon",
        session_id=name.partition("/")[0],
        traits={"slug": slug, **FOLK},
        context={"is_ending": True} if left_at is None else {"percentage": 100 * left_at},
    )


def like(slug: str, session: str, reaction: str | None, *, days: float = 0) -> LikeRecord:
    at = NOON + timedelta(days=days)
    return LikeRecord(
        content_id=f"{slug}:hi",
        session_id=session,
        liked=reaction is not None,
        liked_at=at if reaction else None,
        unliked_at=None if reaction else at,
        reaction_type=reaction,
        content_characteristics={"slug": slug, **FOLK},
    )


def shares(*traces: Trace) -> list[float | None]:
    hearings = Hearings()
    for trace in random.Random(2).sample([*traces, *traces], 2 * len(traces)):
        hearings.add(trace)
    return sorted((each.left_at for each in hearings), key=lambda at: (at is None, at))


def test_a_story_counts_once_in_a_sitting_as_finished_or_as_far_as_it_was_left() -> None:
    assert shares(end("a/1", left_at=0.2), end("a/2", left_at=0.6, days=1)) == [0.6]
    assert shares(end("a/1", left_at=0.2), end("a/2"), end("a/3", days=1)) == [None]
    assert shares(end("a/1"), end("b/1", days=9)) == [None, None]


def test_what_was_taken_up_again_or_ever_finished_is_not_disliked_for_the_first_leaving() -> None:
    assert shares(end("a/1", left_at=0.1), end("b/1", left_at=0.9, days=1)) == [0.9]
    assert shares(end("a/1"), end("b/1", left_at=0.1, days=1)) == [None]


def test_a_placement_tells_nothing_of_taste() -> None:
    assert shares(end("a/1", "placement-hi", left_at=0.1)) == []
    assert not Liking([like("placement-hi", "a", "love")]).taste(NOON).leanings


def test_whatever_comes_one_by_one_shows_what_all_of_it_shows() -> None:
    traces = [
        end(f"s{n}/1", f"s{n % 5}", left_at=(None, 0.1, 0.7)[n % 3], days=n) for n in range(30)
    ]
    likes = [like(f"s{n}", f"s{n}", ("like", "love", None)[n % 3], days=n / 7) for n in range(9)]
    late = NOON + timedelta(days=90)
    whole = Liking(likes, traces).taste(late)
    some = Liking(likes[:4], traces[:9])
    for trace in traces[5:]:
        some.taste(late)
        some.add(trace)
    for one in likes[2:]:
        some.react(one)
    some.renew(likes)
    assert some.taste(late) == whole == Liking(likes, traces[::-1] * 2).taste(late + timedelta(9))


def test_of_one_story_the_last_reaction_counts_in_whichever_language() -> None:
    liked = Liking([like("crow", "a", "love"), like("crow", "b", None, days=1)])
    assert liked.taste(NOON).preference_weights()["genre"] == {}
    assert Liking([like("crow", "a", None), like("crow", "b", "like")]).liked()[Kind.GENRE] == {
        "folk tale": 1
    }


async def test_the_row_of_a_sitting_tells_the_taste_and_is_what_all_rows_lead_to(
    new_sofa: NewSofa, well: Story, store: Store
) -> None:
    sofa = await new_sofa(well)
    await sofa.begin_to_hear(node_key="fork")
    await sofa.controller.react("love")
    await sofa.controller.leave()
    row = store.learner()
    assert row is not None
    edition = next(iter(well.editions.values()))
    assert row.content_type_preferences.keys() == {edition.format}
    again = Liking(store.likes(), map(trace_of, store.behaviors())).taste(now())
    assert row.preference_weights == again.preference_weights()
    assert row.content_type_preferences == again.content_type_preferences()
    assert [each.context and "percentage" in each.context for each in store.read(ends)] == [True]


async def test_an_old_like_takes_its_genre_from_the_catalogue(
    new_sofa: NewSofa, well: Story, store: Store
) -> None:
    sofa = await new_sofa(well)
    await sofa.begin_to_hear(node_key="fork")
    await sofa.controller.react("like")
    before = store.likes()
    bare = text('UPDATE like_engagement SET content_characteristics = \'{"language": "hi"}\'')
    store.write_later(lambda tx: tx.execute(bare)).result()
    [old], [new] = store.likes(), before
    for name in ("slug", "genre", "topic", "format"):
        assert old.content_characteristics[name] == new.content_characteristics[name]


def test_what_is_liked_is_told_in_a_sentence() -> None:
    podcast = {**FOLK, "genre": "news", "format": "podcast"}
    heard = [replace(like("a", "s", "love"), content_characteristics={**podcast, "slug": "a"})]
    told = told_taste(Liking(heard).taste(NOON))
    assert told == "You seem to like stories of the genre news and podcasts."
    assert told_taste(Liking().taste(NOON)) == ""
