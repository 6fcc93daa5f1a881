"""Colours can be read: contrast as WCAG 2.2 measures it, on every ground that text stands on."""

from __future__ import annotations

from itertools import combinations

import pytest
from textual.color import Color
from textual.theme import Theme

from player.tui.themes import CONTRAST, DAY, MONSOON, NIGHT, OURS, known

GROUNDS = ("background", "surface", "panel")
COLOURS = ("foreground", "primary", "secondary", "success", "warning", "error")
VOICES = tuple(f"voice-{number}" for number in range(1, 7))
QUIET = (62, 70, 75, 80)
"""Percent of the foreground in what is said more quietly."""

PAST = 62
"""Percent in the passages heard before, which stand on the background alone."""


def luminance(colour: Color) -> float:
    def linear(channel: int) -> float:
        share = channel / 255
        return float(share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4)

    return 0.2126 * linear(colour.r) + 0.7152 * linear(colour.g) + 0.0722 * linear(colour.b)


def contrast(one: Color, two: Color) -> float:
    dark, light = sorted((luminance(one), luminance(two)))
    return (light + 0.05) / (dark + 0.05)


def colour(theme: Theme, name: str) -> Color:
    text = theme.variables.get(name) or getattr(theme, name)
    return Color.parse(text)


@pytest.mark.parametrize("theme", OURS, ids=lambda theme: theme.name)
def test_every_text_can_be_read_on_every_ground(theme: Theme) -> None:
    least = 7.0 if theme is CONTRAST else 4.5
    poor = {}
    for ground in GROUNDS:
        below = colour(theme, ground)
        texts = {name: colour(theme, name) for name in (*COLOURS, *VOICES)}
        for percent in QUIET:
            if percent != PAST or ground == "background":
                quiet = below.blend(texts["foreground"], percent / 100)
                texts[f"foreground {percent}%"] = quiet
        for name, text in texts.items():
            if (found := contrast(text, below)) < least:
                poor[name, ground] = round(found, 2)
    assert poor == {}


@pytest.mark.parametrize("theme", OURS, ids=lambda theme: theme.name)
def test_the_word_being_heard_can_be_read(theme: Theme) -> None:
    word = contrast(colour(theme, "background"), colour(theme, "primary"))
    assert word >= (7.0 if theme is CONTRAST else 4.5)


@pytest.mark.parametrize("theme", OURS, ids=lambda theme: theme.name)
def test_no_two_voices_have_one_colour(theme: Theme) -> None:
    voices = [colour(theme, name) for name in VOICES]
    for one, two in combinations(voices, 2):
        assert max(abs(a - b) for a, b in zip(one.rgb, two.rgb, strict=True)) >= 16


def test_high_contrast_underlines_what_is_highlighted() -> None:
    for style in ("word-style", "here-style"):
        assert "underline" in CONTRAST.variables[style]


def test_ours_stand_first() -> None:
    assert known()[:4] == tuple(theme.name for theme in (NIGHT, DAY, MONSOON, CONTRAST))
