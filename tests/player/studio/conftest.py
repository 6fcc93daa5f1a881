"""A small story folder, and the parts of the studio that a machine may lack."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from player.errors import MissingPartError
from player.studio.espeak import espeak

STORY = """\
format: 1
slug: two-nodes
age_range: 4-8
region: nowhere
source_language: en
editions:
  it: {title: Due nodi}
  hi-mixed: {title: Do node}
characters:
  nonna: {name: Nonna, voice_profile: warm_elderly, bulbul_speaker: carla}
start: intro
nodes:
  intro:
    type: narration
    character: nonna
    text:
      en: Once there was a fox.
      it: C'era una volta una volpe. Guardava la luna!
      hi-mixed@0.30: एक fox थी। वह moon देखती थी।
    next: fine
  fine:
    type: end
    text: {en: The end., it: Era il 1969. Poi la volpe dormì.}
    say: {it: Era il millenovecentosessantanove. Poi la volpe dormì.}
"""


@pytest.fixture(scope="session")
def story_text() -> str:
    return STORY


@pytest.fixture
def story(tmp_path: Path) -> Path:
    folder = tmp_path / "two-nodes"
    folder.mkdir()
    (folder / "story.yaml").write_text(STORY, encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def studio_parts() -> None:
    """Skip where neither espeakng_loader nor libespeak-ng is there, or no ffmpeg."""
    try:
        espeak()
    except MissingPartError as error:
        pytest.skip(str(error))
    if shutil.which("ffmpeg") is None:
        pytest.skip("ffmpeg is not installed")
