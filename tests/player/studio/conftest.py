"""A small story folder, a bucket to publish it in, and the parts that a machine may lack."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from player.audio import r2
from player.errors import MissingPartError
from player.studio.espeak import espeak
from tests.player.audio.s3_like import S3Like
from tests.player.studio.publications import CANARY, PLACES, SOUNDS

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


@pytest.fixture
def voiced(story: Path) -> Path:
    for place, sound in PLACES.items():
        clip = story / "audio" / f"{place}.mp3"
        clip.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(SOUNDS / f"{sound}.mp3", clip)
    return story


@pytest.fixture
def s3(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[S3Like]:
    made = S3Like()
    for name, value in {**CANARY, r2.ENDPOINT: made.server.url}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("KAHANI_HOME", str(tmp_path / "home"))
    yield made
    made.close()
