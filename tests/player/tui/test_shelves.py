from __future__ import annotations

from datetime import UTC, datetime, timedelta

from player.tui.services import Shelved
from player.tui.shelves import HEADING_ROWS, STORY_ROWS, Shelves

NOW = datetime(2026, 3, 14, tzinfo=UTC)


def story(slug: str, percentage: float = 0, days_ago: int | None = None) -> Shelved:
    then = None if days_ago is None else NOW - timedelta(days=days_ago)
    return Shelved(slug=slug, title=slug.title(), percentage=percentage, last_played_at=then)


def slugs(shelves: Shelves) -> list[str]:
    places = [shelves.index_at(place) for place in range(shelves.count)]
    return [shelves.stories[index].slug for index in places if index is not None]


def test_begun_stories_come_first_and_only_once() -> None:
    stories = [story("a"), story("b", 10, 5), story("c", 100, 1), story("d", 50, 2)]
    assert slugs(Shelves(stories)) == ["d", "b", "a", "c"]


def test_more_than_five_begun_stories_do_not_crowd_the_top() -> None:
    shelves = Shelves([story(f"s{n}", 10, n) for n in range(8)])
    assert [len(shelf.indices) for shelf in shelves.shelves] == [5, 3]
    assert shelves.count == 8


def test_what_is_recommended_comes_before_the_rest_in_its_order() -> None:
    stories = [
        Shelved(slug="a", title="A", genre="fable"),
        Shelved(slug="b", title="B", format="podcast"),
        Shelved(slug="c", title="C", genre="mystery"),
        Shelved(slug="d", title="D", genre="mystery", percentage=3, last_played_at=NOW),
    ]
    shelves = Shelves(stories, for_you=[3, 2, 1])
    assert slugs(shelves) == ["d", "c", "b", "a"]
    headings = [shelf.heading for shelf in shelves.shelves]
    assert headings == ["Continue listening", "For you", "More stories"]


def test_every_row_leads_to_its_story_and_back() -> None:
    shelves = Shelves([story("a"), story("b", 10, 5), story("c")])
    assert shelves.rows == 2 * HEADING_ROWS + 3 * STORY_ROWS
    for place in range(shelves.count):
        found = shelves.at_row(shelves.row_of(place))
        assert found
        assert found[1:] == (place, 0)
    assert shelves.at_row(shelves.rows) is None
    assert shelves.at_row(-1) is None


def test_only_what_was_found_is_shown_in_its_order() -> None:
    stories = [story("a"), story("b", 10, 5), story("c")]
    shelves = Shelves(stories)
    shelves.show_found(stories, [2, 0], "Found")
    assert slugs(shelves) == ["c", "a"]
    shelves.show_found(stories, [], "Found")
    assert (shelves.count, shelves.rows) == (0, 0)


def test_a_story_is_found_by_its_slug() -> None:
    shelves = Shelves([story("a"), story("b", 10, 5)])
    assert shelves.place_of("b") == 0
    assert shelves.place_of("z") is None
