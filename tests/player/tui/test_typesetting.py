"""Lines in rows: columns that line up or do not, and what is said of stand-ins."""

from __future__ import annotations

import uuid
from dataclasses import replace

import pytest
from rich.cells import cell_len

from player.story.graph import Clip
from player.story.lines import Line
from player.story.passages import Passage
from player.story.walking import Variant
from player.tui import glyphs
from player.tui.fallbacks import fallbacks
from player.tui.ink import voice_mark
from player.tui.manuscript import Manuscript
from player.tui.rows import Kind, Reading, Row
from player.tui.typesetting import set_lines

LINES = (Line("Il forno è caldo.", 0, 1000), Line("La città dorme ancora.", 1000, 2000))
BESIDE = Reading(width=30, beside=12, is_translated=True)


def passage(
    translation: tuple[str, ...], *, clip: Clip | None = None, language: str = "it"
) -> Passage:
    return Passage(
        node_id=uuid.UUID(int=1),
        key="one",
        speaker="",
        character=None,
        lines=LINES,
        translation=translation,
        language=language,
        mix=0.0,
        is_stand_in=False,
        is_end=False,
        duration_ms=2000,
        clip=clip,
    )


def clip(language: str, mix: float = 0.0) -> Clip:
    return Clip(
        id=uuid.UUID(int=2),
        language=language,
        mix=mix,
        speaker="anna",
        checksum="0" * 64,
        size=1,
        duration_ms=2000,
        url="r2://kahani/clips/0.mp3",
        path="one.mp3",
    )


def rows(translation: tuple[str, ...], reading: Reading) -> list[Row]:
    return list(set_lines(passage(translation), 0, reading, ()))


def test_a_longer_translation_leaves_its_own_column_going_on() -> None:
    found = rows(("The oven is warm by now.", "It sleeps."), BESIDE)
    assert [(row.text, row.beside) for row in found] == [
        ("Il forno è caldo.", "The oven is"),
        ("", "warm by now."),
        ("La città dorme ancora.", "It sleeps."),
    ]
    assert [row.line for row in found] == [0, 0, 1]


def test_a_translation_that_does_not_line_up_runs_beside_all_lines() -> None:
    found = rows(("The oven is warm while the town sleeps.",), BESIDE)
    assert " ".join(row.beside or "" for row in found) == "The oven is warm while the town sleeps."
    assert [row.line for row in found] == [0, 1, 1, 1]


def test_a_translation_that_does_not_line_up_stands_once_below_all_lines() -> None:
    found = rows(("The oven is warm while the town sleeps.",), Reading(is_translated=True))
    assert [row.kind for row in found if row.text] == [Kind.TEXT, Kind.TEXT, Kind.TRANSLATION]


def test_a_narrator_between_speakers_is_named() -> None:
    manuscript = Manuscript()
    manuscript.enter(passage(()), 1)
    assert all(row.kind is not Kind.SPEAKER for row in manuscript.rows)
    manuscript.enter(replace(passage(()), speaker="Anna"), 2)
    manuscript.enter(passage(()), 3)
    named = [row.text for row in manuscript.rows if row.kind is Kind.SPEAKER]
    assert named == ["Anna", "Narrator"]


def test_latin_text_is_not_romanised() -> None:
    found = rows((), Reading(is_romanised=True))
    assert all(row.kind is not Kind.ROMAN for row in found)


def test_nothing_is_said_of_a_passage_that_is_as_it_was_asked_for() -> None:
    assert fallbacks(passage((), clip=clip("it")), Variant(0.0, "it")) == ()


@pytest.mark.parametrize(
    ("spoken", "wanted", "said"),
    [
        (None, Variant(0.0, "it"), "No audio here: the lines go on at reading speed."),
        (
            clip("it-mixed", 0.3),
            Variant(0.0, "it"),
            "What you hear is Italian with 30 % English: there is no other sound.",
        ),
        (clip("it"), Variant(0.6, "it-mixed"), "In Italian here: there is no other text."),
    ],
)
def test_what_is_not_as_it_was_asked_for_is_said(
    spoken: Clip | None, wanted: Variant, said: str
) -> None:
    assert fallbacks(passage((), clip=spoken), wanted) == (said,)


@pytest.mark.parametrize("signs", [glyphs._UNICODE, glyphs._ASCII])
def test_speakers_have_signs_of_one_cell_each_another(signs: glyphs.Glyphs) -> None:
    assert len(set(signs.voices)) == len(signs.voices) >= 8
    assert all(cell_len(sign) == 1 for sign in signs.voices)
    assert len({signs.rung, signs.rung_here, signs.rung_next}) == 3


def test_a_ninth_speaker_has_a_sign_too() -> None:
    assert voice_mark(9) == voice_mark(1)
