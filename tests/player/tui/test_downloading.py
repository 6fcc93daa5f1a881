"""d: a story is downloaded, told of while it comes, stopped, and let go again."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from player.errors import KahaniError
from player.events import DownloadChanged
from player.tui.services import Offer, Outline, Portion

if TYPE_CHECKING:
    from tests.player.tui.conftest import Visit, Visitor

MEGABYTE = 1_000_000


def portion(language: str | None, clips: int, missing: int) -> Portion:
    return Portion(
        language=language,
        clips=clips,
        bytes=clips * 50_000,
        clips_missing=missing,
        bytes_missing=missing * 50_000,
    )


def offer(slug: str, *portions: Portion, **more: Any) -> Offer:
    return Offer(
        slug=slug,
        portions=portions,
        **{"room_bytes": 1_600 * MEGABYTE, "cap_bytes": 2_000 * MEGABYTE, **more},
    )


def coming(slug: str, here: int, of: int = 40, **more: Any) -> DownloadChanged:
    return DownloadChanged(
        **{
            "slug": slug,
            "state": "coming",
            "clips_here": here,
            "clips": of,
            "bytes_here": here * 100_000,
            "bytes": of * 100_000,
            **more,
        }
    )


async def look_at_lamp(visitor: Visitor) -> None:
    await visitor.until_sees("Continue listening")
    await visitor.press("down")


def said(visitor: Visitor) -> str:
    """Return what the toasts say."""
    return " ".join(str(toast.render()) for toast in visitor.app.screen.query("Toast"))


async def until_said(visitor: Visitor, words: str) -> None:
    await visitor.until(lambda: words in said(visitor))


LAMP = offer("lamp", portion("ta", 12, 10), portion(None, 48, 46))


@pytest.mark.parametrize("size", [(80, 24), pytest.param((120, 40), marks=pytest.mark.slow)])
async def test_what_there_is_to_fetch_is_said_before_it_begins(
    visit: Visit, size: tuple[int, int]
) -> None:
    async with visit(size=size, offers={"lamp": LAMP}) as visitor:
        await look_at_lamp(visitor)
        await visitor.press("d")
        await visitor.until_sees("10 clips, 0.5 MB to fetch")
        for words in ("விளக்கு", "Tamil", "all languages   46 clips, 2.3 MB to fetch"):
            assert words in visitor.sees
        assert "In the cache there is room for 1,600 of 2,000 MB." in visitor.sees
        await visitor.press("down", "enter")
        await visitor.until(lambda: bool(visitor.stage.downloads))
        assert visitor.stage.downloads == [("lamp", None)]
        assert visitor.stage.offered_for == "ta"


async def test_nothing_begins_without_a_yes(visit: Visit) -> None:
    async with visit(offers={"lamp": LAMP}) as visitor:
        await look_at_lamp(visitor)
        for no in ("escape", "d", "q"):
            await visitor.press("d")
            await visitor.until_sees("10 clips, 0.5 MB to fetch")
            await visitor.press(no)
            assert "to fetch" not in visitor.sees
        assert visitor.stage.downloads == []


@pytest.mark.parametrize(
    "size",
    [
        (40, 12),
        pytest.param((80, 24), marks=pytest.mark.slow),
        pytest.param((120, 40), marks=pytest.mark.slow),
    ],
)
async def test_a_story_tells_how_far_it_is_until_it_is_here(
    visit: Visit, size: tuple[int, int]
) -> None:
    async with visit(size=size) as visitor:
        await look_at_lamp(visitor)
        visitor.app.tell(coming("lamp", 12))
        await visitor.until_sees("fetching 30 %")
        if size[0] >= 80:
            assert "downloading 12 of 40 clips, 1.2 of 4.0 MB" in visitor.sees
        visitor.app.tell(coming("lamp", 40, state="done"))
        await until_said(visitor, "downloaded.")
        assert "fetching" not in visitor.sees
        assert "downloading" not in visitor.sees


async def test_a_download_shows_beside_the_sound_of_its_story_and_goes_on_elsewhere(
    visit: Visit,
) -> None:
    async with visit() as visitor:
        await visitor.open()
        visitor.app.tell(coming("fox", 3))
        visitor.app.tell(coming("lamp", 12))
        await visitor.until_sees("downloading 12 of 40 clips, 1.2 of 4.0 MB")
        assert "playing" in visitor.sees
        await visitor.press("escape")
        visitor.app.tell(coming("lamp", 20))
        await visitor.until_sees("fetching 50 %")


async def test_listening_the_language_that_is_heard_is_offered(visit: Visit) -> None:
    async with visit(offers={"lamp": LAMP}) as visitor:
        await visitor.open()
        await visitor.press("d")
        await visitor.until_sees("10 clips, 0.5 MB to fetch")
        assert visitor.stage.offered_for == "hi"
        await visitor.press("enter")
        await visitor.until(lambda: bool(visitor.stage.downloads))
        assert visitor.stage.downloads == [("lamp", "ta")]


async def test_the_same_key_stops_it_and_says_what_is_here(visit: Visit) -> None:
    async with visit(offers={"lamp": Offer(slug="lamp", is_under_way=True)}) as visitor:
        await look_at_lamp(visitor)
        visitor.app.tell(coming("lamp", 12))
        await visitor.press("d")
        await visitor.until(lambda: visitor.stage.stopped == ["lamp"])
        visitor.app.tell(coming("lamp", 12, state="stopped"))
        await until_said(visitor, "12 of 40 clips are here. d goes on from there.")
        assert "fetching" not in visitor.sees


async def test_a_downloaded_story_is_let_go_after_a_yes(visit: Visit) -> None:
    here = offer("lamp", portion(None, 48, 0), is_kept=True, kept_bytes=2_400_000)
    async with visit(offers={"lamp": here}) as visitor:
        await look_at_lamp(visitor)
        await visitor.press("d")
        await visitor.until_sees("2.4 MB are kept")
        await visitor.press("n")
        assert visitor.stage.gone == []
        await visitor.press("d")
        await visitor.until_sees("2.4 MB are kept")
        await visitor.press("y")
        await until_said(visitor, "its clips may go when their room is needed.")
        assert visitor.stage.gone == ["lamp"]


async def test_a_part_that_is_kept_can_be_let_go_too(visit: Visit) -> None:
    half = offer(
        "lamp", portion("ta", 12, 0), portion(None, 48, 36), is_kept=True, kept_bytes=600_000
    )
    async with visit(offers={"lamp": half}) as visitor:
        await look_at_lamp(visitor)
        await visitor.press("d")
        await visitor.until_sees("all here, 0.6 MB: keep it")
        await visitor.press("down", "down", "enter")
        await visitor.until(lambda: visitor.stage.gone == ["lamp"])


async def test_what_came_with_its_clips_needs_no_download(visit: Visit) -> None:
    async with visit() as visitor:
        await look_at_lamp(visitor)
        await visitor.press("d")
        await until_said(visitor, "came with all its clips: it needs no network.")


@pytest.mark.parametrize(
    "sentence",
    [
        "lamp has 2,400 MB of clips: more than the cache may hold, 2,000 MB.",
        "The clip lamp/a.mp3 cannot be fetched. It lies in the bucket kahani: set R2_PUBLIC_URL.",
    ],
)
async def test_what_cannot_be_begun_is_said_in_a_sentence(visit: Visit, sentence: str) -> None:
    async with visit(offers={"lamp": LAMP}, download_failure=KahaniError(sentence)) as visitor:
        await look_at_lamp(visitor)
        await visitor.press("d")
        await visitor.until_sees("0.5 MB to fetch")
        await visitor.press("enter")
        await until_said(visitor, sentence)


async def test_more_than_there_is_room_for_is_marked(visit: Visit) -> None:
    large = offer("lamp", portion("ta", 12, 10), portion(None, 48, 46), room_bytes=MEGABYTE)
    async with visit(offers={"lamp": large}) as visitor:
        await look_at_lamp(visitor)
        await visitor.press("d")
        await visitor.until_sees("46 clips, 2.3 MB: there is no room")
        assert "10 clips, 0.5 MB to fetch" in visitor.sees


async def test_a_disk_with_less_room_than_the_cache_may_take_is_told_of(visit: Visit) -> None:
    full = offer("lamp", portion(None, 48, 46), room_bytes=MEGABYTE, is_disk_short=True)
    async with visit(offers={"lamp": full}) as visitor:
        await look_at_lamp(visitor)
        await visitor.press("d")
        await visitor.until_sees("46 clips, 2.3 MB: there is no room")
        assert "On the disk there is room for 1.0 MB." in visitor.sees
        assert "In the cache" not in visitor.sees


async def test_a_download_that_fails_says_why_and_what_came(visit: Visit) -> None:
    async with visit() as visitor:
        await look_at_lamp(visitor)
        why = "The clip lamp/a.mp3 was not fetched: clips.example cannot be reached."
        visitor.app.tell(coming("lamp", 12, state="failed", sentence=why))
        await until_said(visitor, f"12 of 40 clips are here. {why}")


@pytest.mark.parametrize(
    ("outline", "words"),
    [
        (Outline(clips=40, clips_missing=40), "online: needs the"),
        (Outline(clips=40, clips_missing=28), "12 of 40 clips here"),
        (
            Outline(clips=40, clips_missing=30, languages_here=("ta",)),
            "downloaded in Tamil; 10",
        ),
        (Outline(clips=40, kept_bytes=2_400_000), "downloaded, 2.4 MB"),
    ],
)
async def test_the_details_tell_what_is_here(visit: Visit, outline: Outline, words: str) -> None:
    async with visit(size=(120, 40), outlines={"lamp": outline}) as visitor:
        await look_at_lamp(visitor)
        await visitor.until_sees(words)


@pytest.mark.parametrize("open_first", [False, pytest.param(True, marks=pytest.mark.slow)])
async def test_help_and_the_palette_know_the_key(visit: Visit, open_first: bool) -> None:
    async with visit(size=(120, 60)) as visitor:
        await look_at_lamp(visitor)
        if open_first:
            await visitor.open()
        commands: Callable[[], list[str]] = lambda: [  # noqa: E731 - read twice
            command.title for command in visitor.app.get_system_commands(visitor.app.screen)
        ]
        assert "Download" in commands()
        await visitor.press("question_mark")
        await visitor.until_sees("Download it; again: stop that, or let it go")
