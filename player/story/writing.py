"""From a story back to the text of a story file, as an author would write it."""

from __future__ import annotations

from typing import Any, Final

import yaml

from player.story.episodes import SPEAKER
from player.story.graph import EDGE_KEY, Character, Choice, Edition, Node, Story

_WIDTH: Final = 100
_Dumper: Any = getattr(yaml, "CSafeDumper", yaml.SafeDumper)


def write_story(story: Story) -> str:
    """Return the text of a story.yaml, or of an episode.yaml for a linear one.

    Read again it gives the same story, but for the clips, which are files of their own.
    """
    whole = _episode(story) if story.is_linear else _story(story)
    text: str = yaml.dump(
        _kept(whole),
        Dumper=_dumper(),
        allow_unicode=True,
        sort_keys=False,
        default_flow_style=False,
        width=_WIDTH,
    )
    return text


def _dumper() -> Any:
    """Return a dumper that writes texts of several lines as blocks."""

    class Author(_Dumper):  # type: ignore[misc]  # PyYAML chooses C or Python at run time
        pass

    def text(dumper: Any, value: str) -> Any:
        style = "|" if "\n" in value else None
        return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=style)

    Author.add_representer(str, text)
    return Author


def _story(story: Story) -> dict[str, Any]:
    return {
        "format": 1,
        "slug": story.slug,
        "age_range": story.age_range,
        "region": story.region,
        "moral": story.moral,
        "credits": story.credits,
        "source_language": story.source_language,
        "editions": {key: _edition(edition) for key, edition in story.editions.items()},
        "characters": {key: _character(who) for key, who in story.characters.items()},
        "start": story.nodes[story.start_id].key,
        "nodes": {node.key: _node(story, node) for node in story.nodes.values()},
    }


def _episode(story: Story) -> dict[str, Any]:
    [node] = story.nodes.values()
    [edition] = story.editions.values()
    speaker = story.characters.get(SPEAKER)
    about = _edition(edition)
    series = {"id": story.series_id, "episode": story.episode_number}
    return {
        "format": 1,
        "slug": story.slug,
        "language": edition.language,
        "locale": about.pop("locale"),
        "title": about.pop("title"),
        "description": about.pop("description"),
        "kind": about.pop("format"),
        **about,
        "age_range": story.age_range,
        "region": story.region,
        "moral": story.moral,
        "credits": story.credits,
        "series": series if story.series_id else None,
        "speaker": _character(speaker) if speaker else None,
        "text": node.text.get(edition.language),
        "say": node.say.get(edition.language),
        "translation": {key: text for key, text in node.text.items() if key != edition.language},
    }


def _edition(edition: Edition) -> dict[str, Any]:
    return {
        "title": edition.title,
        "description": edition.description or None,
        "format": edition.format,
        "genre": edition.genre,
        "topic": edition.topic,
        "difficulty": edition.difficulty,
        "difficulty_score": edition.difficulty_score,
        "locale": edition.locale,
    }


def _character(who: Character) -> dict[str, Any]:
    return {
        "name": who.name,
        "voice_profile": who.voice_profile,
        "bulbul_speaker": who.speaker,
        "description": who.description or None,
    }


def _node(story: Story, node: Node) -> dict[str, Any]:
    told: dict[str, Any] = {
        "type": str(node.type),
        "difficulty_score": node.difficulty_score,
        "character": node.character,
        "text": dict(node.text),
        "say": dict(node.say),
        "set": sorted(node.sets),
        "was": node.was,
    }
    options = {}
    for choice in node.choices:
        if choice.is_shown:
            options[choice.key] = _choice(story, choice)
        else:
            told[EDGE_KEY] = _key(story, choice)
    return {**told, "choices": options}


def _choice(story: Story, choice: Choice) -> dict[str, Any]:
    return {
        "text": dict(choice.text),
        "next": _key(story, choice),
        "default": choice.is_default or None,
        "correct": choice.correct,
        "set": sorted(choice.sets),
        "needs": sorted(choice.needs),
        "unless": sorted(choice.unless),
    }


def _key(story: Story, choice: Choice) -> str | None:
    following = story.nodes.get(choice.next_id) if choice.next_id else None
    return following.key if following else None


def _kept(told: dict[str, Any]) -> dict[str, Any]:
    """Leave out what says nothing."""
    return {
        key: _kept(value) if isinstance(value, dict) else value
        for key, value in told.items()
        if value is not None and value not in ({}, [], "")
    }
