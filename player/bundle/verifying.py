"""Checking a bundle: its structure, every hash, and each story in it as an import would."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final

from player.bundle.manifest import BundleNewerError, StoryFact
from player.bundle.reading import Contents, opened, read_contents, unpack
from player.errors import KahaniError, UsageError
from player.library.folders import Looked, Measure, look_into
from player.story.problems import Problem, Problems

_MOST_TOLD: Final = 20


class BundleRefusedError(UsageError):
    """A bundle has errors: a heading for people, and the first of them; `problems` has all."""

    def __init__(self, heading: str, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problem for problem in problems if problem.is_error)
        rest = len(self.problems) - _MOST_TOLD
        lines = [heading, *(f"  {problem}" for problem in self.problems[:_MOST_TOLD])]
        if rest > 0:
            lines.append(f"  and {rest:,} more: kahani bundle verify lists them")
        super().__init__("\n".join(lines))


def examine_bundle(path: Path, measure: Measure | None = None) -> tuple[Problem, ...]:
    """Return everything that is wrong with a bundle, warnings too; nothing is installed.

    It is unpacked into a temporary folder (TMPDIR), which is removed. Raises UsageError where
    there is no file, OSError.
    """
    problems = Problems(path.name)
    with opened(path) as stream:
        try:
            contents = read_contents(stream, problems)
        except BundleNewerError as error:
            problems.error(0, (), "newer-format", str(error))
            return problems.found()
        if contents is None or problems.has_errors:
            return problems.found()
        with tempfile.TemporaryDirectory(prefix="kahani-bundle-") as folder:
            unpack(stream, contents, Path(folder), problems)
            if not problems.has_errors:
                for _ in examined(contents, Path(folder), problems, measure):
                    pass
    return problems.found()


def examined(
    contents: Contents, folder: Path, problems: Problems, measure: Measure | None
) -> Iterator[Looked]:
    """Yield each story that was unpacked below `folder`; all that is wrong goes to `problems`."""
    for fact in contents.manifest.stories:
        try:
            looked = look_into(folder / fact.slug, measure)
        except KahaniError as error:
            said = str(error).replace(f"{folder}/", "")
            problems.error(0, (fact.slug,), "no-story", said)
            continue
        for problem in looked.problems:
            place = problem.file.replace(f"{folder}/", f"{problems.file}/")
            problems.add(replace(problem, file=place))
        _compare(fact, looked, problems)
        yield looked


def _compare(fact: StoryFact, looked: Looked, problems: Problems) -> None:
    story = looked.examined.story
    for name in sorted({file.path for file in fact.files} - _names(fact, looked)):
        problems.error(0, (name,), "stray-file", "belongs to no story")
    if story is None:
        return
    if story.slug != fact.slug:
        said = f"holds the story {story.slug}, which is not that of its folder"
        problems.error(0, (fact.slug,), "other-story", said)
    elif story.content_hash != fact.content_hash or list(story.editions) != fact.languages:
        said = "is another story, or in other languages, than the manifest says"
        problems.error(0, (fact.slug,), "other-story", said)


def _names(fact: StoryFact, looked: Looked) -> set[str]:
    return {f"{fact.slug}/{name}" for name in looked.files}
