"""The library: what each story tells, how it is found and opened, and what stands in the way."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from textual.events import Key

from player.errors import MissingPartError, UsageError
from player.events import SyncChanged
from player.tui.screens.library import LibraryScreen
from player.tui.screens.listening import ListeningScreen
from player.tui.services import Outline, Shelved, Wanted
from player.tui.widgets.search_box import SearchBox
from player.tui.widgets.story_list import StoryList

if TYPE_CHECKING:
    from tests.player.tui.conftest import Visit


async def test_text_is_there_before_anything_is_open(visit: Visit) -> None:
    async with visit(is_slow=True) as visitor:
        assert "Opening your library..." in visitor.sees
        assert visitor.app.controller is None


async def test_begun_stories_are_on_top_the_last_one_heard_first(visit: Visit) -> None:
    async with visit() as visitor:
        await visitor.until_sees("Continue listening")
        order = ["Continue listening", "হাটের দিন", "தாத்தாவின்", "Stories", "चालाक कौआ"]
        places = [visitor.sees.index(words) for words in order]
        assert places == sorted(places)


async def test_a_row_tells_length_progress_likes_and_languages_in_words(visit: Visit) -> None:
    async with visit() as visitor:
        await visitor.until_sees("Grandfather's Lamp")
        rows = visitor.sees.splitlines()
        title = next(row for row in rows if "Grandfather's Lamp" in row)
        facts = next(row for row in rows if "42 % heard" in row)
        for words in ("2 min", "1 of 2 endings", "liked, 2 bookmarks", "downloaded"):
            assert words in facts
        assert "Tamil, Hindi, Bengali +1" in title
        assert "finished" in visitor.sees


async def test_a_wide_screen_tells_all_about_the_highlighted_story(visit: Visit) -> None:
    async with visit(size=(120, 40)) as visitor:
        await visitor.until_sees("Market Day")
        await visitor.press("down")
        for words in ("tamil nadu", "6-10", "2 days ago", "Tamil, Hindi, Bengali"):
            assert words in visitor.sees


async def test_down_and_enter_open_a_story(visit: Visit) -> None:
    async with visit() as visitor:
        await visitor.until_sees("Market Day")
        await visitor.press("down", "enter")
        await visitor.until(lambda: isinstance(visitor.app.screen, ListeningScreen))
        await visitor.until_sees("दादाजी का दीया")


async def test_a_click_highlights_and_a_second_click_opens(visit: Visit) -> None:
    async with visit() as visitor:
        await visitor.until_sees("Market Day")
        await visitor.click(StoryList, 10, 5)
        story = visitor.app.screen.query_one(StoryList).story
        assert story
        assert story.slug == "lamp"
        await visitor.click(StoryList, 10, 5)
        await visitor.until_sees("दादाजी का दीया")


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("crow", "चालाक कौआ"),
        pytest.param("LUNA volpe", "La volpe", marks=pytest.mark.slow),
        ("হাটে কত", "Market Day"),
    ],
)
async def test_search_finds_titles_names_and_descriptions_in_any_script(
    visit: Visit, typed: str, found: str
) -> None:
    async with visit() as visitor:
        await visitor.until_sees("Market Day")
        await visitor.press("slash")
        await visitor.paste(typed)
        assert found in visitor.sees
        assert "1 of 5 stories" in visitor.sees


async def test_what_is_not_found_is_said_and_escape_shows_all_again(visit: Visit) -> None:
    async with visit() as visitor:
        await visitor.until_sees("Market Day")
        await visitor.press("slash", *"zebra")
        assert 'Nothing found for "zebra".' in visitor.sees
        await visitor.press("escape")
        assert "5 stories" in visitor.sees
        assert "Market Day" in visitor.sees


async def test_what_is_typed_while_the_search_box_is_being_made_is_not_lost(
    visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    def type_on(box: SearchBox) -> None:
        for letter in "zebra":
            box.app.post_message(Key(letter, letter))

    monkeypatch.setattr(SearchBox, "on_mount", type_on)
    async with visit() as visitor:
        await visitor.until_sees("Market Day")
        await visitor.press("slash")
        await visitor.until_sees('Nothing found for "zebra".')


async def test_enter_in_the_search_opens_what_is_highlighted(visit: Visit) -> None:
    async with visit() as visitor:
        await visitor.until_sees("Market Day")
        await visitor.press("slash", *"lamp", "enter")
        await visitor.until_sees("दादाजी का दीया")


async def test_an_empty_library_tells_how_stories_come_in(visit: Visit) -> None:
    async with visit(stories=()) as visitor:
        await visitor.until_sees("There are no stories yet.")
        assert "kahani import" in visitor.sees


async def test_a_library_that_cannot_be_read_says_why(visit: Visit) -> None:
    async with visit(catalogue_failure=MissingPartError("The store is damaged.")) as visitor:
        await visitor.until_sees("The store is damaged.")


async def test_what_cannot_be_opened_may_be_tried_again(visit: Visit) -> None:
    failures = [MissingPartError("The store is locked.")]
    async with visit(failures=failures) as visitor:
        await visitor.until_sees("The store is locked.")
        await visitor.press("enter")
        await visitor.until_sees("Market Day")


async def test_what_cannot_be_opened_may_be_left(visit: Visit) -> None:
    error = MissingPartError("The store is locked.")
    async with visit(failures=[error]) as visitor:
        await visitor.until_sees("The store is locked.")
        await visitor.press("q")
        await visitor.until(lambda: visitor.app.return_code == error.exit_code)
        assert visitor.stage.closed == 1


async def test_notices_are_told_once_everything_is_open(visit: Visit) -> None:
    async with visit(notices=["libVLC is not installed."]) as visitor:
        await visitor.until_sees("libVLC is not installed.")


async def test_the_story_asked_for_on_the_command_line_is_opened_at_once(visit: Visit) -> None:
    wanted = Wanted(slug="lamp", language="bn", node_key="meena-asks")
    async with visit(wanted=wanted) as visitor:
        await visitor.until_sees("দাদুর প্রদীপ")
        await visitor.until_sees("Meena")


async def test_a_story_that_is_not_there_leads_back_to_the_library(visit: Visit) -> None:
    async with visit(wanted=Wanted(slug="nowhere")) as visitor:
        await visitor.until_sees("there is no story 'nowhere'")
        assert isinstance(visitor.app.screen, LibraryScreen)
        assert issubclass(UsageError, Exception)


@pytest.mark.slow
async def test_fifty_thousand_stories_can_be_walked_to_the_last(visit: Visit) -> None:
    many = [Shelved(slug=f"s{n}", title=f"Story {n}") for n in range(50_000)]
    async with visit(stories=many) as visitor:
        await visitor.until_sees("50,000 stories")
        await visitor.press("end")
        assert "Story 49999" in visitor.sees
        await visitor.press("slash", *"story 30718")
        await visitor.until_sees("1 of 50,000 stories")
        assert "Story 30718" in visitor.sees


async def test_story_text_is_never_taken_for_markup(visit: Visit) -> None:
    odd: Any = Shelved(slug="odd", title="[red]Fox[/] [link=x]", description="[bold]and[/bold] [/]")
    async with visit(stories=[odd]) as visitor:
        await visitor.until_sees("[red]Fox[/] [link=x]")
        assert "[bold]and[/bold] [/]" in visitor.sees


async def test_a_window_that_is_too_small_says_so(visit: Visit) -> None:
    async with visit(size=(39, 11)) as visitor:
        assert "too small" in visitor.sees
        await visitor.pilot.resize_terminal(40, 12)
        await visitor.until_sees("5 stories")
        assert "too small" not in visitor.sees


async def test_what_is_to_the_listeners_taste_has_its_own_shelf(visit: Visit, theatre: Any) -> None:
    settings = theatre.Settings(reduced_motion=True, genres=("folk tale",))
    async with visit(settings=settings) as visitor:
        await visitor.until_sees("For you")
        places = [visitor.sees.index(text) for text in ("For you", "Clever Crow", "More stories")]
        assert places == sorted(places)


async def test_every_story_tells_how_much_of_it_should_be_followed(visit: Visit) -> None:
    async with visit() as visitor:
        await visitor.until_sees("Market Day")
        row = next(row for row in visitor.sees.splitlines() if "7 min" in row)
        assert "3 to 9 lines in 10" in row
        await visitor.press("slash", *"crow")
        assert "You should follow about 3 to 9 lines in 10." in visitor.sees


async def test_a_wide_screen_tells_in_a_moment_what_takes_a_look(visit: Visit) -> None:
    variants = (("ta", 0.0), ("ta", 0.3), ("hi", 0.0))
    outlines = {"lamp": Outline(endings=3, variants=variants, clips=12, clips_missing=2)}
    async with visit(size=(120, 40), outlines=outlines) as visitor:
        await visitor.until_sees("Market Day")
        await visitor.press("down")
        await visitor.until_sees("1 of 3 found")
        for words in ("Tamil (with 30 %", "10 of 12 clips here", "easy, many new words"):
            assert words in visitor.sees
        for words in ("3 times", "liked, 2 bookmarks"):
            assert words in visitor.sees


async def test_going_back_to_an_unchanged_library_draws_nothing_anew(visit: Visit) -> None:
    async with visit() as visitor:
        await visitor.until_sees("Market Day")
        await visitor.press("slash", *"lamp", "enter")
        await visitor.until_sees("दादाजी का दीया")
        await visitor.press("escape")
        await visitor.until_sees("1 of 5 stories")
        assert "Grandfather's Lamp" in visitor.sees


async def test_a_library_that_could_not_be_read_is_read_again_on_a_key(visit: Visit) -> None:
    async with visit(catalogue_failure=MissingPartError("The store is damaged.")) as visitor:
        await visitor.until_sees("r tries once more.")
        visitor.stage.catalogue_failure = None
        await visitor.press("r")
        await visitor.until_sees("Market Day")


async def test_being_offline_is_told_above_the_stories(visit: Visit) -> None:
    async with visit() as visitor:
        await visitor.until_sees("Market Day")
        assert visitor.stage.tell
        visitor.stage.tell(SyncChanged(3, "offline, 3 to send"))
        await visitor.until_sees("offline, 3 to send")
        visitor.stage.tell(SyncChanged(0, "all sent"))
        await visitor.until(lambda: "offline" not in visitor.sees)
        assert "Market Day" in visitor.sees
