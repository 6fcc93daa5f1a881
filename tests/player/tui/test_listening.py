"""Listening on the screen: what is told while a line is heard, stepped through and shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from db.records import AnalyticsRecord, BehaviorRecord
from player.tui.widgets.timeline import TimeLine
from player.tui.widgets.transcript import Transcript
from tests.player.tui.lamp_rows import FIRST, QUESTION, RUN, SECOND, THIRD, facts, marked

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.player.tui.conftest import Visit, Visitor


@pytest.fixture
async def listener(visit: Visit) -> AsyncIterator[Visitor]:
    """Somebody who has just opened the story of the lamp."""
    async with visit() as visitor:
        await visitor.open()
        yield visitor


async def test_it_tells_who_speaks_what_and_in_which_language(listener: Visitor) -> None:
    first = listener.sees.splitlines()[0]
    assert "दादाजी का दीया" in first
    assert "Dadi" in first
    assert "Hindi" in first
    assert "● Dadi" in listener.sees
    assert "> playing, silent" in facts(listener)  # nobody is told of a sound that is not there


async def test_the_line_being_heard_is_marked_as_time_goes_on(listener: Visitor) -> None:
    assert FIRST in marked(listener)
    await listener.hear(4)
    assert SECOND in marked(listener)
    await listener.hear(3)
    assert THIRD in marked(listener)


async def test_a_passage_without_a_choice_leads_on_to_the_next(listener: Visitor) -> None:
    await listener.hear_out(then=QUESTION)
    assert QUESTION in marked(listener)
    assert FIRST in listener.sees
    assert "■ Meena" in listener.sees  # who speaks is told by the sign too


async def test_space_holds_the_sound_and_lets_it_go_on(listener: Visitor) -> None:
    await listener.press("space")
    assert "|| paused" in facts(listener)
    await listener.press("p")
    assert "> playing" in facts(listener)


async def test_a_passage_without_a_clip_says_no_audio(listener: Visitor) -> None:
    await listener.hear_out(then=RUN)
    await listener.press("2")
    await listener.until_sees("हवा मीना से")
    await listener.hear(0.1)
    assert "> playing, no audio" in facts(listener)


async def test_speed_volume_and_likes_are_told(listener: Visitor) -> None:
    await listener.press("right_square_bracket", "minus", "f")
    assert "1.1x" in facts(listener)
    assert "volume 90" in facts(listener)
    assert "liked" in facts(listener)
    await listener.press("backslash", "m", "f")
    assert "1.0x" in facts(listener)
    assert "muted" in facts(listener)
    assert "loved" in facts(listener)
    await listener.press("m")
    assert "volume 90" in facts(listener)


async def test_lines_can_be_stepped_through_and_heard_again(listener: Visitor) -> None:
    await listener.press("full_stop")
    assert SECOND in marked(listener)
    await listener.hear(2)
    await listener.press("r")
    assert SECOND in marked(listener)
    await listener.press("comma")
    assert FIRST in marked(listener)


async def test_arrows_seek_by_five_and_thirty_seconds(listener: Visitor) -> None:
    await listener.press("right")
    assert listener.sees.splitlines()[-3].startswith("  0:05")
    await listener.press("shift+right")
    assert listener.sees.splitlines()[-3].startswith("  0:11")
    await listener.press("shift+left")
    assert listener.sees.splitlines()[-3].startswith("  0:00")


async def test_a_click_on_the_time_line_goes_there(listener: Visitor) -> None:
    await listener.click(TimeLine, 40, 0)
    assert listener.sees.splitlines()[-3].startswith("  0:06")


async def test_the_translation_of_a_line_comes_and_goes(listener: Visitor) -> None:
    await listener.press("t")
    assert "It was a windy evening." in listener.sees
    assert "gone out" not in listener.sees
    await listener.press("t")
    assert "It was a windy evening." not in listener.sees


async def test_the_transcript_can_be_hidden_or_show_this_line_only(listener: Visitor) -> None:
    await listener.press("v")
    assert FIRST not in listener.sees
    assert "Just listen." in listener.sees
    await listener.press("v")
    await listener.hear(4)
    assert SECOND in marked(listener)
    assert FIRST not in listener.sees
    await listener.press("v")
    assert FIRST in listener.sees


async def test_a_listener_who_scrolls_is_left_alone(visit: Visit) -> None:
    async with visit(size=(40, 12)) as visitor:
        await visitor.open()
        await visitor.hear_out(then=RUN[:5])
        transcript = visitor.app.screen.query_one(Transcript)
        followed = transcript.scroll_offset.y
        transcript.scroll_by(-3)
        await visitor.hear(7)
        assert transcript.scroll_offset.y == followed - 3


@pytest.mark.parametrize(
    ("language", "spoken", "words"),
    [
        ("ta", "Tamil", "காற்று"),
        pytest.param("bn", "Bengali", "ঝোড়ো", marks=pytest.mark.slow),
        ("hi-mixed", "English 30 %", "evening"),
    ],
)
async def test_every_language_is_shown_in_its_own_script(
    visit: Visit, language: str, spoken: str, words: str
) -> None:
    async with visit(language=language) as visitor:
        await visitor.open()
        assert spoken in visitor.sees
        assert words in visitor.sees


async def test_what_is_copied_is_real_text(listener: Visitor) -> None:
    transcript = listener.app.screen.query_one(Transcript)
    listener.app.screen.text_select_all()
    selection = listener.app.screen.selections[transcript]
    copied = transcript.get_selection(selection)
    assert copied
    listener.app.copy_to_clipboard(copied[0])
    assert "तेज़ हवा वाली शाम थी।" in listener.app.clipboard


async def test_the_language_changes_at_the_next_line(listener: Visitor) -> None:
    await listener.hear(4)
    await listener.press("L")
    await listener.until_sees("Tamil from the next line. U takes")
    assert "Tamil next" in facts(listener)
    assert SECOND in marked(listener)
    await listener.press("full_stop")
    await listener.until_sees("Now in Tamil.")
    assert "now Tamil" in facts(listener)
    assert "விளக்கு" in listener.sees.splitlines()[0]
    assert "வீடு" in marked(listener)
    assert "Tamil" in listener.sees.splitlines()[0]


async def test_more_english_and_less_english(listener: Visitor) -> None:
    await listener.press("x")
    assert "●──◆" in listener.sees.splitlines()[0]
    await listener.press("full_stop")
    await listener.until_sees("lamp बुझ")
    assert "○──●  English 30 %" in listener.sees.splitlines()[0]
    await listener.press("space", "X")
    await listener.until_sees(SECOND)  # at once: no line sounds
    assert "30 %" not in listener.sees.splitlines()[0]


async def test_what_is_looked_at_beside_the_sound_is_recorded(listener: Visitor) -> None:
    await listener.press("t", "v")
    records = listener.stage.memory.records
    kinds = {record.event_type for record in records if isinstance(record, BehaviorRecord)}
    assert kinds >= {"translation_shown", "transcript_toggled"}
    screens = [r for r in records if isinstance(r, AnalyticsRecord) and r.event_type == "page_view"]
    assert {record.event_data["screen"] for record in screens} == {"library", "listening"}
