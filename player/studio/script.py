"""The script of a story folder: every clip it should have, what is said in it and by whom."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import yaml

from player.errors import UsageError
from player.story.sentences import shown_text

NARRATOR: Final = "narrator"
"""Who speaks where a node names no character."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One clip to be: `shown` is what the listener reads, `spoken` what is said.

    `character` and `profile` tell the cast whose voice it is, `speaker` names the folder.
    """

    node: str
    language: str
    mix: float
    speaker: str
    character: str
    profile: str
    shown: str
    spoken: str

    @property
    def key(self) -> str:
        """Where the clip lies below audio/, without its suffix: "hi/0.00/meera/intro"."""
        return f"{self.language}/{self.mix:.2f}/{self.speaker}/{self.node}"


@dataclass(frozen=True, slots=True)
class Script:
    """All the readings of a story, in the author's order."""

    slug: str
    readings: tuple[Reading, ...]


def read_script(folder: Path) -> Script:
    """Read story.yaml or episode.yaml of a story folder that is known to be sound.

    Texts in a language without an edition (a source text to translate from) are not read aloud.

    Raises:
        UsageError: there is no story in the folder, or it cannot be understood.
    """
    path = next(
        (folder / n for n in ("story.yaml", "episode.yaml") if (folder / n).is_file()), None
    )
    if path is None:
        raise UsageError(f"{folder} holds no story.yaml and no episode.yaml.")
    try:
        story = yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader)
        readings = _of_story(story) if path.stem == "story" else _of_episode(story)
        return Script(str(story["slug"]), tuple(readings))
    except (yaml.YAMLError, KeyError, TypeError, AttributeError, ValueError) as error:
        raise UsageError(
            f"{path} cannot be voiced: {error}. `kahani check {folder}` lists what is wrong."
        ) from error


def _of_story(story: Mapping[str, Any]) -> Iterator[Reading]:
    for name, node in story["nodes"].items():
        character = node.get("character") or NARRATOR
        person = story.get("characters", {}).get(character, {})
        say = node.get("say") or {}
        for variant, text in node["text"].items():
            language, _, mix = variant.partition("@")
            if language in story["editions"] and text.strip():
                yield Reading(
                    node=name,
                    language=language,
                    mix=float(mix or 0),
                    speaker=person.get("bulbul_speaker", NARRATOR),
                    character=character,
                    profile=person.get("voice_profile", ""),
                    shown=shown_text(text),
                    spoken=shown_text(say.get(variant, text)),
                )


def _of_episode(episode: Mapping[str, Any]) -> Iterator[Reading]:
    person = episode.get("speaker", {})
    yield Reading(
        node="episode",
        language=episode["language"],
        mix=0.0,
        speaker=person.get("bulbul_speaker", NARRATOR),
        character=NARRATOR,
        profile=person.get("voice_profile", ""),
        shown=shown_text(episode["text"]),
        spoken=shown_text(episode.get("say") or episode["text"]),
    )
