"""Our own colours: a warm night, a warm day, one of high contrast, and the first day of rain."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from textual.theme import BUILTIN_THEMES, Theme


def _theme(colours: Mapping[str, str], *, dark: bool = True, **styles: str) -> Theme:
    """Return a theme; what is not one of Textual's own colours becomes a variable."""
    own = dict(colours)
    main: dict[str, Any] = {name: own.pop(name) for name in _MAIN}
    ground, mark = main["background"], main["primary"]
    quiet = {f"scrollbar-background{state}": ground for state in ("", "-hover", "-active")}
    return Theme(
        name=own.pop("name"),
        dark=dark,
        variables={
            "block-cursor-background": mark,
            "block-cursor-foreground": ground,
            "block-cursor-text-style": "none",
            "input-selection-background": f"{mark} 30%",
            "scrollbar-active": mark,
            **quiet,
            **own,
            **{name.replace("_", "-"): style for name, style in styles.items()},
        },
        **main,
    )


_MAIN: Final = (
    "primary",
    "secondary",
    "accent",
    "foreground",
    "background",
    "surface",
    "panel",
    "success",
    "warning",
    "error",
)

NIGHT: Final = _theme(
    {
        "name": "kahani-night",
        "primary": "#e3a857",
        "secondary": "#cf8561",
        "accent": "#f3cd8a",
        "foreground": "#ece2d2",
        "background": "#181411",
        "surface": "#1f1a16",
        "panel": "#2a231d",
        "success": "#a3b87f",
        "warning": "#e6bd5f",
        "error": "#e08573",
        "voice-1": "#e3a857",
        "voice-2": "#8fbcb0",
        "voice-3": "#d894a4",
        "voice-4": "#a3b87f",
        "voice-5": "#a9a6d8",
        "voice-6": "#cf8561",
        "border": "#6d5b47",
        "scrollbar": "#3a3028",
        "scrollbar-hover": "#57483a",
    }
)

DAY: Final = _theme(
    {
        "name": "kahani-day",
        "primary": "#8a4f0b",
        "secondary": "#9c4a2c",
        "accent": "#6f3d06",
        "foreground": "#211910",
        "background": "#faf5ea",
        "surface": "#f2eada",
        "panel": "#e8dcc6",
        "success": "#4c6a2a",
        "warning": "#7a5400",
        "error": "#a83c2a",
        "voice-1": "#8a4f0b",
        "voice-2": "#1f6a5c",
        "voice-3": "#97364f",
        "voice-4": "#4c6a2a",
        "voice-5": "#4a4694",
        "voice-6": "#9c4a2c",
        "border": "#b49f82",
        "scrollbar": "#d8c9ae",
        "scrollbar-hover": "#c2ae8c",
        "input-selection-background": "#8a4f0b 25%",
    },
    dark=False,
)

MONSOON: Final = _theme(
    {
        "name": "kahani-monsoon",
        "primary": "#5fd0b8",
        "secondary": "#f0a6b4",
        "accent": "#f2c14e",
        "foreground": "#dcebe6",
        "background": "#0d1b21",
        "surface": "#12242c",
        "panel": "#1b343e",
        "success": "#b5d67c",
        "warning": "#f2c14e",
        "error": "#ff9180",
        "voice-1": "#5fd0b8",
        "voice-2": "#f2c14e",
        "voice-3": "#f0a6b4",
        "voice-4": "#b5d67c",
        "voice-5": "#b7b4f4",
        "voice-6": "#f29e6d",
        "border": "#3f7079",
        "scrollbar": "#1f3e49",
        "scrollbar-hover": "#2f5a67",
    }
)
"""Rain-dark water, wet leaves, marigold and hibiscus."""

CONTRAST: Final = _theme(
    {
        "name": "kahani-contrast",
        "primary": "#ffd84d",
        "secondary": "#ffd84d",
        "accent": "#ffffff",
        "foreground": "#ffffff",
        "background": "#000000",
        "surface": "#000000",
        "panel": "#1f1f1f",
        "success": "#7dff9b",
        "warning": "#ffd84d",
        "error": "#ffa79a",
        "voice-1": "#ffd84d",
        "voice-2": "#6ff3ff",
        "voice-3": "#ffb3d4",
        "voice-4": "#7dff9b",
        "voice-5": "#cbc5ff",
        "voice-6": "#ffb066",
        "border": "#ffffff",
        "scrollbar": "#8a8a8a",
        "scrollbar-hover": "#c4c4c4",
    },
    word_style="bold underline",
    here_style="bold underline",
)
"""At least 7:1 everywhere (WCAG 2.2, 1.4.6), and what is highlighted is underlined as well."""

OURS: Final = (NIGHT, DAY, MONSOON, CONTRAST)

DEFAULTS: Final = {
    "voice-1": "#e3a857",
    "voice-2": "#7fb0a4",
    "voice-3": "#cf8a9b",
    "voice-4": "#93a86f",
    "voice-5": "#9a97cc",
    "voice-6": "#c57c59",
    "word-style": "bold",
    "here-style": "bold",
}
"""What themes have that name none of it: colours of speakers, and how highlighted text stands."""


def known() -> tuple[str, ...]:
    """Return the names of all themes there are, ours first."""
    return (*(theme.name for theme in OURS), *sorted(BUILTIN_THEMES))
