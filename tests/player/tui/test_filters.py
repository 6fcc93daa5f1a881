from __future__ import annotations

from dataclasses import replace
from typing import Any

from player.tui.filters import Choice, Chosen, Facets, Filter
from player.tui.services import Shelved
from player.tui.word_index import numbers_of

CROW = Shelved(
    slug="crow",
    title="Crow",
    languages=("hi", "hi-mixed", "ta"),
    genre="fable",
    age_range="4-8",
    difficulty="lexical-heavy",
    difficulty_score=0.2,
)
FOX = Shelved(
    slug="fox", title="Fox", languages=("it",), genre="fable", age_range="12+", format="podcast"
)
LAMP = Shelved(
    slug="lamp",
    title="Lamp",
    languages=("ta", "bn"),
    genre="mystery",
    age_range="6-10",
    percentage=40,
    reaction="love",
    bookmarks=2,
    is_downloaded=False,
)
STORIES = (CROW, FOX, LAMP)


def chosen(**values: str) -> Chosen:
    return Chosen(tuple(Choice(Filter[name], value) for name, value in values.items()))


def left(*choices: tuple[Filter, str], stories: Any = STORIES) -> list[str]:
    facets = Facets(stories)
    bits = facets.left(Chosen(tuple(Choice(*choice) for choice in choices)))
    return [stories[n].slug for n in numbers_of(bits or 0)]


def test_values_of_one_filter_are_or_and_filters_are_and() -> None:
    hindi, tamil = (Filter.LANGUAGE, "Hindi"), (Filter.LANGUAGE, "Tamil")
    assert left(hindi, tamil) == ["crow", "lamp"]
    assert left(hindi, tamil, (Filter.GENRE, "mystery")) == ["lamp"]
    assert left(hindi, (Filter.GENRE, "mystery")) == []


def test_what_a_listener_did_and_where_the_sound_is_can_be_chosen() -> None:
    for value, slugs in (
        ("in progress", ["lamp"]),
        ("new", ["crow", "fox"]),
        ("liked", ["lamp"]),
        ("bookmarked", ["lamp"]),
        ("finished", []),
    ):
        assert left((Filter.YOURS, value)) == slugs
    assert left((Filter.SOUND, "downloaded")) == ["crow", "fox"]
    assert left((Filter.DIFFICULTY, "easy")) == left((Filter.DIFFICULTY, "many new words"))


def test_only_what_occurs_is_offered_with_its_count() -> None:
    offered = Facets(STORIES).offered(Chosen())
    ages = [(choice.value, count) for choice, count in offered[Filter.AGES]]
    assert ages == [("4-8", 1), ("6-10", 1), ("12+", 1)]
    assert dict(_words(offered[Filter.LANGUAGE])) == {
        "Bengali": 1,
        "Hindi": 1,
        "Italian": 1,
        "Tamil": 2,
    }
    assert Filter.REGION not in offered


def test_counts_take_in_the_other_filters_and_not_their_own() -> None:
    offered = Facets(STORIES).offered(chosen(GENRE="fable"))
    assert dict(_words(offered[Filter.GENRE])) == {"fable": 2, "mystery": 1}
    assert dict(_words(offered[Filter.LANGUAGE])) == {"Hindi": 1, "Italian": 1, "Tamil": 1}


def test_a_filter_that_is_on_stays_on_offer_where_it_leaves_nothing() -> None:
    offered = Facets(STORIES).offered(chosen(GENRE="fable", LANGUAGE="Bengali"))
    assert dict(_words(offered[Filter.LANGUAGE]))["Bengali"] == 0


def test_what_the_listener_did_meanwhile_counts() -> None:
    facets = Facets(STORIES)
    assert facets.left(chosen(YOURS="liked")) == 0b100
    facets.take((replace(CROW, reaction="like"), FOX, LAMP), is_same_catalogue=True)
    assert facets.left(chosen(YOURS="liked")) == 0b101
    assert facets.left(chosen(LANGUAGE="Tamil")) == 0b101


def test_another_catalogue_is_looked_at_anew() -> None:
    facets = Facets(STORIES)
    facets.step()
    facets.take((FOX,), is_same_catalogue=False)
    assert facets.left(chosen(LANGUAGE="Italian")) == 0b1
    assert facets.left(chosen(LANGUAGE="Hindi")) == 0


def test_filters_are_told_in_words_and_toggled_one_by_one() -> None:
    hindi, tamil = Choice(Filter.LANGUAGE, "Hindi"), Choice(Filter.LANGUAGE, "Tamil")
    fable = Choice(Filter.GENRE, "fable")
    both = Chosen().toggled(fable).toggled(hindi).toggled(tamil)
    assert both.words == "Hindi or Tamil, fable"
    assert both.toggled(hindi).words == "Tamil, fable"
    assert not both.toggled(hindi).toggled(tamil).toggled(fable)


def _words(offered: Any) -> list[tuple[str, int]]:
    return [(choice.value, count) for choice, count in offered]
