"""From the text of a story file to a story, or to everything that is wrong with it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final
from uuid import UUID

from player.story.canonical import content_hash
from player.story.checking import check
from player.story.cleaning import quoted
from player.story.clips import NO_CLIPS, ClipFact, ClipFacts, fits, text_key
from player.story.editions import MAX_TEXT, read_characters, read_editions
from player.story.episodes import read_episode
from player.story.fields import Fields
from player.story.graph import Clip, Node, Story, Timings, catalogue_id
from player.story.nodes import NodeReader, read_start
from player.story.problems import Problem, Problems, Severity, StoryErrors
from player.story.source import Table, line_of, read_yaml

STORY_KEYS: Final = (
    "format",
    "slug",
    "age_range",
    "region",
    "moral",
    "credits",
    "source_language",
    "editions",
    "characters",
    "start",
    "nodes",
)


@dataclass(frozen=True, slots=True)
class Examined:
    """What reading a story file came to; `story` is None where `problems` has an error."""

    story: Story | None
    problems: tuple[Problem, ...]

    def whole(self) -> Story:
        """Return the story, or raise StoryErrors with all problems."""
        if self.story is None:
            raise StoryErrors(self.problems)
        return self.story


def load_story(source: bytes, name: str, clips: ClipFacts = NO_CLIPS) -> Story:
    """Return the story in `source`, the bytes of a story.yaml called `name` in messages.

    Raises StoryErrors with every problem of file, structure and clips when one is an error.
    """
    return examine_story(source, name, clips).whole()


def load_episode(source: bytes, name: str, clips: ClipFacts = NO_CLIPS) -> Story:
    """Return the linear episode in `source`, the bytes of an episode.yaml; raises StoryErrors."""
    return examine_episode(source, name, clips).whole()


def examine_story(source: bytes, name: str, clips: ClipFacts = NO_CLIPS) -> Examined:
    """Read a story.yaml and say all that is wrong with it, warnings too."""
    problems = Problems(name)
    tree = read_yaml(source, problems)
    for problem in clips.problems:
        problems.add(problem)
    if tree is None:
        return _judged(None, problems)
    fields = Fields(tree, (), problems, STORY_KEYS)
    _check_format(fields)
    slug = fields.slug("slug", 100, required=True) or ""
    characters = read_characters(fields, slug)
    editions = read_editions(fields)
    reader = NodeReader(slug, characters, fields)
    nodes = reader.read()
    start = read_start(fields, reader)
    story = Story(
        id=catalogue_id(slug),
        slug=slug,
        age_range=fields.text("age_range", 20, required=True) or "",
        region=fields.text("region", 50, required=True) or "",
        moral=fields.text("moral", MAX_TEXT),
        credits=fields.text("credits", MAX_TEXT),
        source_language=fields.language("source_language") or next(iter(editions), ""),
        start_id=start or next(iter(nodes), catalogue_id("")),
        nodes=nodes,
        editions=editions,
        characters=characters,
    )
    return _finished(story, tree, problems, clips, reader.uncertain)


def examine_episode(source: bytes, name: str, clips: ClipFacts = NO_CLIPS) -> Examined:
    """Read an episode.yaml and say all that is wrong with it, warnings too."""
    problems = Problems(name)
    tree = read_yaml(source, problems)
    for problem in clips.problems:
        problems.add(problem)
    if tree is None:
        return _judged(None, problems)
    story = read_episode(tree, problems, _check_format)
    return _finished(story, tree, problems, clips, set())


def _finished(
    story: Story, tree: Table, problems: Problems, clips: ClipFacts, uncertain: set[UUID]
) -> Examined:
    story, notes = _with_clips(story, clips)
    found = [*notes, *(check(story, uncertain) if story.nodes else ())]
    for problem in sorted(found, key=lambda note: note.severity is not Severity.ERROR):
        if problems.is_full:
            problems.add(problem)
            continue
        where = problem.where if not story.is_linear else ""
        line = line_of(tree, where)
        problems.add(replace(problem, file=problems.file, line=line, where=where))
    return _judged(story, problems)


def _judged(story: Story | None, problems: Problems) -> Examined:
    if story is None or problems.has_errors:
        return Examined(None, problems.found())
    return Examined(replace(story, content_hash=content_hash(story)), problems.found())


def _check_format(fields: Fields) -> None:
    number = fields.text("format", 20, required=True)
    if number is not None and number != "1":
        said = f"this program reads format 1, not {quoted(number)}; a newer one may read it"
        fields.error("format", "bad-format", said)


def _with_clips(story: Story, facts: ClipFacts) -> tuple[Story, list[Problem]]:
    problems: list[Problem] = []
    by_node: Mapping[str, list[ClipFact]] = defaultdict(list)
    keys = {node.key for node in story.nodes.values()}
    for fact in facts.clips:
        if fact.node in keys:
            by_node[fact.node].append(fact)
        else:
            said = f"{_shown(fact)} is a clip of no node"
            problems.append(_note("nodes", "stray-clip", said))
    nodes = {
        node.id: _voiced(story.slug, node, by_node.get(node.key, []), problems)
        for node in story.nodes.values()
    }
    cover = f"{story.slug}/{facts.cover}" if facts.cover else None
    return replace(story, nodes=nodes, cover=cover), problems


def _voiced(slug: str, node: Node, facts: list[ClipFact], problems: list[Problem]) -> Node:
    clips = []
    for fact in sorted(facts, key=lambda fact: (fact.language, fact.mix, fact.speaker)):
        key = text_key(fact.language, fact.mix)
        text = node.text.get(key, node.text.get(fact.language))
        timings = fact.timings
        if text is None:
            said = f"{_shown(fact)} speaks {key}, but there is no such text"
            problems.append(_note(f"nodes.{node.key}.text", "clip-without-text", said))
        if not fits(timings, text or "", fact.duration_ms):
            said = f"the times beside {_shown(fact)} are of another text; voice it again"
            problems.append(_note(f"nodes.{node.key}.text", "stale-times", said))
            timings = Timings()
        clips.append(_clip(slug, fact, timings))
    return replace(node, clips=tuple(clips))


def _clip(slug: str, fact: ClipFact, timings: Timings) -> Clip:
    return Clip(
        id=catalogue_id(slug, fact.node, "audio", fact.language, f"{fact.mix:.2f}", fact.speaker),
        language=fact.language,
        mix=fact.mix,
        speaker=fact.speaker,
        checksum=fact.checksum,
        size=fact.size,
        duration_ms=fact.duration_ms,
        url=fact.url or f"r2://kahani/clips/{fact.checksum}.mp3",
        path=f"{slug}/{fact.path}",
        timings=timings,
    )


def _shown(fact: ClipFact) -> str:
    return quoted(fact.path, 200, "")


def _note(where: str, code: str, said: str) -> Problem:
    return Problem("", 0, where, code, said, Severity.WARNING)
