from __future__ import annotations

import pytest
from PIL import Image, ImageChops, ImageDraw, ImageFont

from player.tui.captions.drawing import Colours, draw, paint
from player.tui.captions.fonts import FILES, LATIN, folder, runs
from player.tui.captions.typesetting import Box, font, typeset, width_of

LINES = {
    "hi": "गर्मी के दिन एक प्यासा कौआ क्षेत्र के ऊपर उड़ रहा था।",
    "ta": "ஒரு காகம் தண்ணீர் தேடிக் கொண்டிருந்தது.",
    "bn": "একটি তৃষ্ণার্ত কাক ক্ষেতের উপর জল খুঁজছিল।",
    "it": "La volpe chiese alla luna: «Perché non scendi?»",
    "hi-mixed": "उसने एक pitcher देखा जिसमें थोड़ा water था।",
}
DOTS = Box(152, 28, 13, 21, is_dots=True)
PIXELS = Box(760, 140, 20, 80)
COLOURS = Colours((0, 0, 0), (255, 255, 255), (255, 200, 0))


def drawn(text: str, name: str, layout: ImageFont.Layout) -> Image.Image:
    face = ImageFont.truetype(str(folder() / name), 60, layout_engine=layout)
    picture = Image.new("L", (400, 120))
    ImageDraw.Draw(picture).text((10, 80), text, fill=255, font=face, anchor="ls")
    return picture


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("क्ष", "NotoSansDevanagari-Regular.ttf"),  # a conjunct of its own form
        ("र्म", "NotoSansDevanagari-Regular.ttf"),  # reph stands above, after its letter
        ("कि", "NotoSansDevanagari-Regular.ttf"),  # the vowel sign goes before
        ("கொ", "NotoSansTamil-Regular.ttf"),  # in two parts, around its letter
        ("ক্ষ", "NotoSansBengali-Regular.ttf"),
        ("র্ত", "NotoSansBengali-Regular.ttf"),
    ],
)
def test_syllables_are_drawn_as_they_are_written_not_letter_by_letter(text: str, name: str) -> None:
    shaped = drawn(text, name, ImageFont.Layout.RAQM)
    unshaped = drawn(text, name, ImageFont.Layout.BASIC)
    assert ImageChops.difference(shaped, unshaped).getbbox() is not None


def test_a_conjunct_is_narrower_than_its_letters() -> None:
    assert width_of("क्ष", 60, "hi") < 0.8 * (width_of("क", 60, "hi") + width_of("ष", 60, "hi"))


@pytest.mark.parametrize("language", LINES)
def test_every_character_of_every_language_has_a_glyph(language: str) -> None:
    missing = font(LATIN, 40).getmask("\ue123").getbbox()
    for name, run in runs(LINES[language]):
        for character in run.replace(" ", ""):
            glyph = font(name, 40).getmask(character)
            assert glyph.getbbox() is not None
            tofu = font(name, 40).getmask("\ue123")
            assert missing is None or bytes(glyph) != bytes(tofu), character


def test_english_words_in_hindi_are_in_the_latin_font_and_the_danda_is_not() -> None:
    fonts = [name for name, _ in runs("एक pitcher था।")]
    assert fonts == [FILES[1], LATIN, FILES[1]]
    assert [name for name, _ in runs("জল।")] == [FILES[2]]


@pytest.mark.parametrize("language", LINES)
@pytest.mark.parametrize("box", [DOTS, PIXELS], ids=["dots", "pixels"])
def test_every_word_of_a_line_is_on_some_page_and_within_the_box(language: str, box: Box) -> None:
    line = typeset(LINES[language], language, box)
    pieces = [piece for page in line.pages for row in page for piece in row]
    assert " ".join(piece.text for piece in pieces) == LINES[language]
    assert all(piece.x >= 0 and piece.x + piece.width <= box.width for piece in pieces)
    assert all(len(page) * line.pitch <= box.height + line.gap for page in line.pages)
    assert line.size >= box.smallest


@pytest.mark.parametrize("language", LINES)
def test_an_image_holds_a_whole_line(language: str) -> None:
    assert len(typeset(LINES[language], language, PIXELS).pages) == 1


def test_a_word_wider_than_the_box_is_cut_between_aksaras() -> None:
    line = typeset("புத்திசாலித்தனமானவர்களுக்கெல்லாம்", "ta", DOTS)
    pieces = [piece for page in line.pages for row in page for piece in row]
    assert len(pieces) > 1
    assert "".join(piece.text for piece in pieces) == "புத்திசாலித்தனமானவர்களுக்கெல்லாம்"
    assert all(piece.width <= DOTS.width for piece in pieces)


def test_the_page_is_the_one_with_the_word_being_heard() -> None:
    text = LINES["hi"]
    line = typeset(text, "hi", DOTS)
    assert len(line.pages) > 1
    assert line.page_of(0) == 0
    assert line.page_of(text.index("था")) == len(line.pages) - 1


def test_the_word_being_heard_is_underlined_and_apart_from_the_others() -> None:
    text = LINES["bn"]
    line = typeset(text, "bn", PIXELS)
    none, some = draw(line, 0, (0, 0)), draw(line, 0, (0, 4))
    assert none.marked.getbbox() is None
    box = some.marked.getbbox()
    assert box is not None
    first = line.pages[0][0][0]
    assert box[3] == line.top(0) + line.ascent + line.descent + line.gap + line.stroke
    assert box[2] <= first.x + first.width + 2


def test_a_picture_has_the_colours_of_the_theme() -> None:
    line = typeset(LINES["it"], "it", PIXELS)
    picture = paint(line, 0, (0, 2), COLOURS).convert("RGB")
    colours = {colour for _, colour in picture.getcolors(100_000) or []}
    assert {COLOURS.background, COLOURS.letters, COLOURS.word} <= colours


def test_a_line_without_words_is_an_empty_page() -> None:
    line = typeset("  ", "hi", DOTS)
    assert line.pages == ()
    assert draw(line, line.page_of(0), (0, 0)).plain.getbbox() is None
