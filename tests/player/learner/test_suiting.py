"""How much of a story should be followed, why it is one for the listener, and what comes first."""

from __future__ import annotations

from dataclasses import dataclass, replace

from player.learner.belief import Belief
from player.learner.folding import State
from player.learner.recommending import FOR_YOU, for_you
from player.learner.selection import Wish
from player.learner.suiting import Band, Listener, Suiting
from player.learner.taste import Kind, Leaning, Taste

KNOWN = Listener(state=State({"hi": Belief(mu=1.0, v=0.2, points=40)}), reads_along=False)
KIND = "lexical-heavy"
MIXES = {
    "crow": (
        ("hi", 0.0, 0.6, KIND),
        ("ta", 0.0, 0.6, KIND),
        ("hi-mixed", 0.3, 0.6, KIND),
        ("hi-mixed", 0.6, 0.6, KIND),
    )
}


@dataclass(frozen=True)
class Story:
    slug: str = "crow"
    languages: tuple[str, ...] = ("hi", "ta")
    genre: str | None = "folk tale"
    format: str | None = "narrative"
    difficulty: str | None = "lexical-heavy"
    difficulty_score: float | None = 0.4
    is_completed: bool = False


def liking(**genres: float) -> Taste:
    return Taste({Kind.GENRE: {name.replace("_", " "): Leaning(w) for name, w in genres.items()}})


def test_what_is_known_is_told_as_one_number() -> None:
    fit = Suiting(KNOWN).fit(Story())
    assert fit.sentence == "You should follow about 8 lines in 10."
    assert (fit.lines, fit.doubt, fit.band) == ("about 8 lines in 10", "", Band.RIGHT)


def test_of_somebody_new_the_stated_level_tells_a_range() -> None:
    bold, shy = (Suiting(Listener(level=level)) for level in ("advanced", "beginner"))
    assert bold.fit(Story()).lines == "6 to 10 lines in 10"
    assert shy.fit(Story()).lines == "2 to 9 lines in 10"
    told = "We are still getting to know your Hindi (nothing heard so far)."
    assert shy.fit(Story()).doubt == told
    easy = replace(Story(), difficulty_score=0.1)
    assert shy.why(easy) == "It matches the level of your settings."


def test_the_mix_that_a_story_begins_in_is_told_where_mixes_are_known() -> None:
    hard = replace(Story(), difficulty_score=0.6)
    assert Suiting(KNOWN).fit(hard).sentence == "You should follow about 6 lines in 10."
    told = Suiting(KNOWN, mixes=MIXES).fit(hard).sentence
    assert told == "You should follow about 8 lines in 10 with 60 % English."
    easier = {"crow": (("hi", 0.0, 0.6, KIND), ("hi-mixed", 0.3, 0.4, KIND))}
    told = Suiting(KNOWN, mixes=easier).fit(hard).sentence  # that edition is an easier one
    assert told == "You should follow about 9 lines in 10 with 30 % English."
    assert Suiting(KNOWN).band(hard) is Band.STRETCH
    assert Suiting(KNOWN, mixes=MIXES).band(hard) is Band.RIGHT
    held = Suiting(KNOWN, lambda *_: Wish(mix=0.3), MIXES).fit(hard).sentence
    assert (
        held == "You hold this yourself: you should follow about 7 lines in 10 with 30 % English."
    )


def test_a_story_says_why_it_is_one_for_the_listener() -> None:
    liked = {Kind.GENRE: {"folk tale": 3}, Kind.FORMAT: {"podcast": 1}}
    who = replace(KNOWN, taste=liking(folk_tale=6), liked=liked)
    story = Story()
    why = Suiting(who).why(story)
    assert why == "You liked 3 stories of this genre (folk tale); it matches your level."
    news = replace(story, genre="news", format="podcast", difficulty_score=0.9)
    assert Suiting(who).why(news) == "You liked a story of this kind (podcast)."
    hard = replace(story, genre="news", difficulty_score=0.9)
    assert Suiting(who).why(hard) == "Stories of this genre (news) are new to you."
    asked = replace(KNOWN, asked={Kind.GENRE: frozenset({"folk tale"})})
    assert Suiting(asked).why(story).startswith("You asked for stories of this genre (folk tale)")
    heard = replace(KNOWN, finished={Kind.GENRE: {"folk tale": 2}})
    assert "you heard 2 stories" in Suiting(heard).why(story).lower()


def test_what_is_liked_and_followed_comes_first_and_what_was_finished_last() -> None:
    stories = [
        Story("finished", is_completed=True),
        Story("hard", difficulty_score=1.0),
        Story("news", genre="news"),
        Story("right"),
        Story("tamil", languages=("ta",), difficulty_score=0.3),
    ]
    suiting = Suiting(replace(KNOWN, taste=liking(folk_tale=6)))
    found = [stories[n].slug for n in for_you(suiting, stories)]
    assert found == ["right", "tamil", "hard", "finished"]
    assert for_you(Suiting(KNOWN), stories) == []
    many = [Story(f"s{n}") for n in range(3 * FOR_YOU)]
    assert len(for_you(suiting, many)) == FOR_YOU


def test_what_was_left_again_and_again_is_not_recommended_for_its_format() -> None:
    tired = Taste({Kind.GENRE: {"news": Leaning(0.0, 3.0)}, Kind.FORMAT: {"podcast": Leaning(4.0)}})
    stories = [Story("a", genre="news", format="podcast"), Story("b", format="podcast")]
    assert for_you(Suiting(replace(KNOWN, taste=tired)), stories) == [1]
