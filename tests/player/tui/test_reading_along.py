"""Reading along: translations, Latin letters, who speaks, and what is not as it was asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from player.tui.widgets.transcript import Transcript

if TYPE_CHECKING:
    from tests.player.tui.conftest import Visit, Visitor

HINDI = ("तेज़ हवा वाली शाम थी।", "दादाजी का दीया बुझ गया था।")
ENGLISH = ("It was a windy evening.", "The lamp of the grandfather had gone out.")
LARGE = (120, 40)


def row_with(visitor: Visitor, words: str) -> str:
    """Return the first row with `words`."""
    return next((row for row in visitor.sees.splitlines() if words in row), "")


def lit(visitor: Visitor) -> list[str]:
    """Return the rows of the line being heard."""
    return [row for row in visitor.sees.splitlines() if "▌ " in row]


async def test_side_by_side_each_line_stands_beside_its_translation(visit: Visit) -> None:
    async with visit(size=LARGE) as visitor:
        await visitor.open()
        await visitor.press("T")
        for hindi, english in zip(HINDI, ENGLISH, strict=True):
            assert english in row_with(visitor, hindi)
        await visitor.press("T")
        assert ENGLISH[0] not in visitor.sees


@pytest.mark.parametrize("size", [(80, 24), pytest.param((100, 30), marks=pytest.mark.slow)])
async def test_both_languages_of_two_columns_may_be_indian(
    visit: Visit, size: tuple[int, int]
) -> None:
    async with visit(size=size, language="ta", source="hi") as visitor:
        await visitor.open()
        await visitor.press("T")
        assert HINDI[0] in visitor.sees
        assert "காற்று" in visitor.sees


async def test_without_room_for_two_columns_translations_stand_below(visit: Visit) -> None:
    async with visit() as visitor:
        await visitor.open()
        await visitor.press("T")
        rows = [row.strip(" ▌") for row in visitor.sees.splitlines()]
        for hindi, english in zip(HINDI, ENGLISH, strict=True):
            assert rows.index(english) == rows.index(hindi) + 1


async def test_t_leaves_this_lines_translation_of_all_of_them(visit: Visit) -> None:
    async with visit() as visitor:
        await visitor.open()
        await visitor.press("T", "t")
        assert ENGLISH[0] in visitor.sees
        assert ENGLISH[1] not in visitor.sees


@pytest.mark.parametrize(
    ("language", "latin"),
    [
        ("hi", "tez havā"),
        pytest.param("ta", "kāṟṟu", marks=pytest.mark.slow),
        pytest.param("bn", "sandhyā", marks=pytest.mark.slow),
        ("hi-mixed", "evening"),
    ],
)
async def test_lines_are_shown_in_latin_letters_too(
    visit: Visit, language: str, latin: str
) -> None:
    async with visit(language=language) as visitor:
        await visitor.open()
        await visitor.press("Z")
        assert latin in visitor.sees
        await visitor.press("Z")
        assert language == "hi-mixed" or latin not in visitor.sees


async def test_the_line_being_heard_stays_lit_whatever_stands_with_it(visit: Visit) -> None:
    async with visit(size=LARGE) as visitor:
        await visitor.open()
        for keys in ("T", "Z", "v", "v"):  # beside; romanised too; hidden; this line only
            await visitor.press(keys)
        await visitor.hear(4)
        assert HINDI[1] in lit(visitor)[0]
        assert ENGLISH[1] in lit(visitor)[0]
        assert any("dādājī" in row for row in lit(visitor))
        assert HINDI[0] not in visitor.sees


@pytest.mark.parametrize(
    "keys",
    [
        pytest.param(("T",), marks=pytest.mark.slow),
        pytest.param(("T", "Z"), marks=pytest.mark.slow),
        pytest.param(("Z",), marks=pytest.mark.slow),
        ("T", "Z", "v", "v"),
    ],
)
async def test_the_line_being_heard_stays_in_view_on_the_least_screen(
    visit: Visit, keys: tuple[str, ...]
) -> None:
    async with visit(size=(40, 12)) as visitor:
        await visitor.open()
        await visitor.press(*keys)
        await visitor.hear(4)
        assert "दादाजी का दीया" in lit(visitor)[0]


async def test_a_click_on_a_line_hears_it(visit: Visit) -> None:
    async with visit() as visitor:
        await visitor.open()
        row = visitor.sees.splitlines().index(row_with(visitor, HINDI[1]))
        await visitor.click(Transcript, 10, row - 1)
        assert HINDI[1] in lit(visitor)[0]


async def test_a_line_of_a_passage_before_is_not_gone_to(visit: Visit) -> None:
    async with visit() as visitor:
        await visitor.open()
        await visitor.hear_out(then="> 1")
        row = visitor.sees.splitlines().index(row_with(visitor, HINDI[1]))
        await visitor.click(Transcript, 10, row - 1)
        assert "मैं इसे फिर" in lit(visitor)[0]


async def test_a_speaker_has_the_same_sign_on_every_way(visit: Visit) -> None:
    async with visit() as visitor:
        await visitor.open("lamp")
        await visitor.hear_out(then="> 1")
        assert "■ Meena" in visitor.sees.splitlines()[0]
        await visitor.press("pageup")
        await visitor.hear(1)
        assert "● Dadi" in visitor.sees.splitlines()[0]


async def test_another_sound_than_the_text_is_said(visit: Visit) -> None:
    async with visit(language="hi-mixed", spoken=("hi",)) as visitor:
        await visitor.open()
        assert "What you hear is Hindi" in visitor.sees
        assert "evening" in visitor.sees


async def test_a_passage_without_sound_says_so_where_it_is_read(visit: Visit) -> None:
    async with visit(spoken=()) as visitor:
        await visitor.open()
        assert "No audio here" in visitor.sees


async def test_a_text_that_stands_in_is_named(visit: Visit) -> None:
    async with visit(language="ta", unwritten=("ta",)) as visitor:
        await visitor.open()
        assert "In English: there is no text in Tamil here." in visitor.sees


async def test_what_is_copied_from_two_columns_has_both(visit: Visit) -> None:
    async with visit(size=LARGE) as visitor:
        await visitor.open()
        await visitor.press("T")
        transcript = visitor.app.screen.query_one(Transcript)
        visitor.app.screen.text_select_all()
        copied = transcript.get_selection(visitor.app.screen.selections[transcript])
        assert copied
        visitor.app.copy_to_clipboard(copied[0])
        row = next(r for r in visitor.app.clipboard.splitlines() if HINDI[0] in r)
        assert row.endswith(f"│ {ENGLISH[0]}")
