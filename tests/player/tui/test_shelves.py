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


def test_more_than_three_begun_stories_do_not_crowd_the_top() -> None:
    shelves = Shelves([story(f"s{n}", 10, n) for n in range(6)])
    assert [len(shelf.indices) for shelf in shelves.shelves] == [3, 3]
    assert shelves.count == 6


def test_every_row_leads_to_its_story_and_back() -> None:
    shelves = Shelves([story("a"), story("b", 10, 5), story("c")])
    assert shelves.rows == 2 * HEADING_ROWS + 3 * STORY_ROWS
    for place in range(shelves.count):
        found = shelves.at_row(shelves.row_of(place))
        assert found
        assert found[1:] == (place, 0)
    assert shelves.at_row(shelves.rows) is None
    assert shelves.at_row(-1) is None


def test_a_search_needs_every_word_in_any_case_and_form() -> None:
    stories = [story("the-fox"), Shelved(slug="x", title="Perche\u0301 no", description="क्या")]
    shelves = Shelves(stories)
    for query, found in (
        ("FOX the", ["the-fox"]),
        ("perché", ["x"]),
        ("क्य", ["x"]),
        ("fox no", []),
        ("", ["the-fox", "x"]),
    ):
        shelves.search(query)
        assert slugs(shelves) == found


def test_a_story_is_found_by_its_slug() -> None:
    shelves = Shelves([story("a"), story("b", 10, 5)])
    assert shelves.place_of("b") == 0
    assert shelves.place_of("z") is None
