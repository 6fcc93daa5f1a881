"""Sounds for the clips of the small story, keys for a bucket, and what was noted as published."""

from __future__ import annotations

import json
from pathlib import Path

from player.audio import r2

SOUNDS = Path(__file__).parent.parent / "audio" / "clips"
PLACES = {"it/0.00/carla/intro": "rise", "it/0.00/narrator/fine": "fall"}
CANARY = {r2.KEY_ID: "canary-id", r2.SECRET: "canary-secret"}


def published(folder: Path) -> dict[str, dict[str, object]]:
    clips: dict[str, dict[str, object]] = json.loads((folder / "published.json").read_text())[
        "clips"
    ]
    return clips
