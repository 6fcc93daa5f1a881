"""The stories that are told on the stage: the lamp, and a placement."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from player.story.graph import Clip, Node, Story
from player.story.loading import load_story

CLIP_MS = 12_000
SILENT_NODES = ("lamp-out",)
LANGUAGES = ("hi", "hi-mixed", "ta", "bn")


def lamp(
    spoken: Sequence[str] = LANGUAGES, unwritten: Sequence[str] = (), source: str = "en"
) -> Story:
    """Return the story of the lamp, with a clip for every node but one."""
    story = load_story(Path(__file__).with_name("lamp.yaml").read_bytes(), "lamp.yaml")
    nodes = {n.id: _voiced(n, spoken, unwritten) for n in story.nodes.values()}
    return replace(story, nodes=nodes, source_language=source)


def placement(welcome: str = "") -> Story:
    """Return a placement of three questions, a clip for each node, after a `welcome` if any."""
    told = Path(__file__).with_name("placement.yaml").read_text("utf-8")
    if welcome:
        first = f"  welcome: {{type: narration, text: {{hi: {welcome!r}}}, next: one}}"
        told = told.replace("start: one\nnodes:", f"start: welcome\nnodes:\n{first}")
    story = load_story(told.encode(), "placement.yaml")
    nodes = {n.id: _voiced(n, ("hi",), ()) for n in story.nodes.values()}
    return replace(story, nodes=nodes)


def _voiced(node: Node, spoken: Sequence[str], unwritten: Sequence[str]) -> Node:
    text = {key: words for key, words in node.text.items() if key not in unwritten}
    clips = () if node.key in SILENT_NODES else tuple(_clip(node.key, code) for code in spoken)
    return replace(node, text=text, clips=clips)


def _clip(key: str, language: str) -> Clip:
    mix = 0.3 if language == "hi-mixed" else 0.0
    return Clip(
        id=uuid.uuid5(uuid.NAMESPACE_DNS, f"{key}/{language}"),
        language=language,
        mix=mix,
        speaker="meera",
        checksum="0" * 64,
        size=1,
        duration_ms=CLIP_MS,
        url="r2://kahani/clips/0.mp3",
        path=f"lamp/{language}/{key}.mp3",
    )
