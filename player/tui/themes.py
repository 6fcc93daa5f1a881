"""Our own colours: a warm night and a warm day."""

from __future__ import annotations

from typing import Final

from textual.theme import Theme

NIGHT: Final = Theme(
    name="kahani-night",
    primary="#e3a857",
    secondary="#cf8561",
    accent="#f3cd8a",
    foreground="#ece2d2",
    background="#181411",
    surface="#1f1a16",
    panel="#2a231d",
    success="#a3b87f",
    warning="#e6bd5f",
    error="#e08573",
    dark=True,
    variables={
        "voice-1": "#e3a857",
        "voice-2": "#8fbcb0",
        "voice-3": "#d894a4",
        "voice-4": "#a3b87f",
        "voice-5": "#a9a6d8",
        "voice-6": "#cf8561",
        "block-cursor-background": "#e3a857",
        "block-cursor-foreground": "#181411",
        "block-cursor-text-style": "none",
        "input-selection-background": "#e3a857 30%",
        "border": "#6d5b47",
        "scrollbar": "#3a3028",
        "scrollbar-hover": "#57483a",
        "scrollbar-active": "#e3a857",
        "scrollbar-background": "#181411",
        "scrollbar-background-hover": "#181411",
        "scrollbar-background-active": "#181411",
    },
)

DAY: Final = Theme(
    name="kahani-day",
    primary="#8a4f0b",
    secondary="#9c4a2c",
    accent="#6f3d06",
    foreground="#33291f",
    background="#faf5ea",
    surface="#f2eada",
    panel="#e8dcc6",
    success="#4c6a2a",
    warning="#855c00",
    error="#a83c2a",
    dark=False,
    variables={
        "voice-1": "#8a4f0b",
        "voice-2": "#1f6a5c",
        "voice-3": "#97364f",
        "voice-4": "#4c6a2a",
        "voice-5": "#4a4694",
        "voice-6": "#9c4a2c",
        "block-cursor-background": "#8a4f0b",
        "block-cursor-foreground": "#faf5ea",
        "block-cursor-text-style": "none",
        "input-selection-background": "#8a4f0b 25%",
        "border": "#b49f82",
        "scrollbar": "#d8c9ae",
        "scrollbar-hover": "#c2ae8c",
        "scrollbar-active": "#8a4f0b",
        "scrollbar-background": "#faf5ea",
        "scrollbar-background-hover": "#faf5ea",
        "scrollbar-background-active": "#faf5ea",
    },
)

OURS: Final = (NIGHT, DAY)

VOICES: Final = {
    "voice-1": NIGHT.primary,
    "voice-2": "#7fb0a4",
    "voice-3": "#cf8a9b",
    "voice-4": "#93a86f",
    "voice-5": "#9a97cc",
    "voice-6": "#c57c59",
}
"""Colours of speakers in a theme that is not ours."""
