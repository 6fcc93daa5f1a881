"""The names that files may have in a bundle; every other is refused, with its reason."""

from __future__ import annotations

import re
from typing import Final

from player.library.folders import COVER, EPISODE_FILE, STORY_FILE
from player.story.fields import LANGUAGE, SLUG
from player.story.nodes import KEY

MANIFEST: Final = "manifest.json"
MOST_NAME: Final = 400
"""Bytes of the longest name: slug, language, speaker and node at their longest make 290."""

_DRIVE: Final = re.compile(r"[A-Za-z]:")
_STORY: Final = "|".join(map(re.escape, (STORY_FILE, EPISODE_FILE, COVER)))
_CLIP: Final = rf"audio/{LANGUAGE.pattern}/[01]\.\d\d/{SLUG.pattern}/{KEY.pattern}\.(?:mp3|json)"
_FILE: Final = re.compile(rf"{SLUG.pattern}/(?:{_STORY}|{_CLIP})", re.ASCII)


def fault_in_name(name: str) -> str | None:
    """Say why a file may not have this name in a bundle, None where it may.

    Only `manifest.json` and the files of a story folder, below its slug, are let through; the
    other sentences tell an attack, or another program's zip, by its kind.
    """
    parts = name.split("/")
    faults = (
        (not name.isascii(), "has letters other than ASCII"),
        (not name.isprintable(), "has control characters"),
        ("\\" in name, "has a backslash"),
        (name.startswith("/"), "is an absolute path"),
        (_DRIVE.match(name) is not None, "names a drive"),
        (".." in parts, "leads out of the folder"),
        (name.endswith("/"), "is a folder; a bundle holds files alone"),
        ("" in parts or "." in parts, "has an empty step"),
        (name != MANIFEST and _FILE.fullmatch(name) is None, "is no file of a story"),
    )
    return next((said for is_so, said in faults if is_so), None)
