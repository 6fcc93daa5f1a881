"""kahani studio status: what is made, missing, out of date and published."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from player.cli import run
from tests.player.audio.s3_like import S3Like
from tests.player.studio.publications import SOUNDS


def test_a_damaged_note_of_what_was_made_is_told(
    voiced: Path, s3: S3Like, capsys: pytest.CaptureFixture[str]
) -> None:
    (voiced / "audio" / "voiced.json").write_text('{"clips": {"it/0.00/carla/intro": {"no": 1}}}')
    assert run(["studio", "status", str(voiced)]) == 2
    assert "voiced.json is damaged" in capsys.readouterr().err


def test_the_status_counts_clips_by_language(
    voiced: Path, s3: S3Like, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["studio", "publish", str(voiced), "--language", "it"]) == 0
    shutil.copy(SOUNDS / "tone.mp3", voiced / "audio" / "it/0.00/narrator/fine.mp3")
    capsys.readouterr()
    assert run(["studio", "status", str(voiced), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["published_to"]["bucket"] == "kahani"
    mixed, italian = sorted(told["languages"], key=lambda one: str(one["language"]))
    assert italian == {
        "language": "it", "clips": 2, "made": 2, "missing": 0, "out_of_date": 0,
        "published": 1, "unpublished": 1,
    }  # fmt: skip
    assert (mixed["language"], mixed["missing"], mixed["published"]) == ("hi-mixed", 1, 0)
    assert run(["studio", "status", str(voiced)]) == 0
    assert "out of date" in capsys.readouterr().out
