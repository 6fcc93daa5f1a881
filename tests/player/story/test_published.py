"""published.json: what is noted of published clips, and what is refused of such notes."""

from __future__ import annotations

import json
from typing import Any

import pytest

from player.story.graph import Span, Timings
from player.story.published import (
    Destination,
    Publication,
    PublishedClip,
    read_published,
    write_published,
)

SUM = "ab" * 32
CLIP = PublishedClip(
    checksum=SUM,
    size=1_000,
    duration_ms=2_000,
    url=f"https://clips.example/fox/clips/{SUM}.mp3",
    timings=Timings((Span(0, 5, 90, 1_000),), (Span(0, 5, 90, 1_000),)),
)


def test_what_is_noted_is_read_again() -> None:
    to = Destination("kahani", "fox", "https://clips.example")
    assert to.address_of(SUM) == CLIP.url
    noted = Publication(to, {"hi/0.00/meera/intro": CLIP, "hi/0.00/meera/end": CLIP})
    assert read_published(write_published(noted).encode()) == noted


def test_an_address_of_a_private_bucket_has_no_query_and_no_host() -> None:
    assert Destination("kahani").address_of(SUM) == f"r2://kahani/clips/{SUM}.mp3"


@pytest.mark.parametrize(
    "wrong",
    [
        {"bucket": "No"},
        {"bucket": "a/b"},
        {"bucket": "kahani", "prefix": "../x"},
        {"bucket": "kahani", "prefix": "/x"},
        {"bucket": "kahani", "prefix": "x" * 201},
        {"bucket": "kahani", "public_url": "http://clips.example"},
        {"bucket": "kahani", "public_url": "https://me:canary@clips.example"},
        {"bucket": "kahani", "public_url": "https://clips.example/?X-Amz-Signature=canary"},
        {"bucket": "kahani", "public_url": "r2://kahani"},
        {"bucket": "kahani", "public_url": "https://clips.example/" + "x" * 500},
    ],
)
def test_a_place_that_cannot_be_is_refused(wrong: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=r"bucket|prefix|address") as refusal:
        Destination(**wrong)
    assert "canary" not in str(refusal.value)


@pytest.mark.parametrize(
    "wrong",
    [
        {"checksum": "../../etc/passwd"},
        {"size": 0},
        {"duration_ms": -1},
        {"url": "file:///etc/passwd"},
        {"url": f"https://clips.example/{SUM}.mp3?X-Amz-Signature=canary"},
        {"url": "https://clips.example/\x1b]52;c;x\x07"},
        {"words": [[5, 2, 0, 0]]},
        {"other": 1},
    ],
)
def test_a_note_that_cannot_be_is_refused(wrong: dict[str, Any]) -> None:
    whole = json.loads(write_published(Publication(Destination("kahani"), {"k": CLIP})))
    whole["clips"]["k"] |= wrong
    with pytest.raises(ValueError):  # noqa: PT011 - msgspec's own among them
        read_published(json.dumps(whole).encode())


def test_a_newer_format_is_refused() -> None:
    with pytest.raises(ValueError, match="format 2; this program reads format 1"):
        read_published(b'{"format": 2, "bucket": "kahani", "clips": {}}')
