"""What is wrong with a story: one problem with its file, line and key, and all of them together."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from player.errors import UsageError
from player.story.cleaning import quoted

MAX_PROBLEMS: Final = 1_000
"""More than this many problems in one file are counted, not kept."""

_MAX_COMPARISONS: Final = 40_000
"""Names compared for "did you mean" in one file; difflib takes about 15 us for each."""


class Severity(StrEnum):
    """Whether a problem keeps a story out."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong, where it stands, and what to do.

    `line` counts from 1; 0 means that no line can be named. `where` is a path of keys such as
    "nodes.at-the-pot.choices.B.next". `code` is stable and made for programs, `message` is made
    for people and holds no control characters.
    """

    file: str
    line: int
    where: str
    code: str
    message: str
    severity: Severity = Severity.ERROR

    @property
    def is_error(self) -> bool:
        """Whether this keeps the story out."""
        return self.severity is Severity.ERROR

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        said = self.message if self.is_error else f"warning: {self.message}"
        return f"{place}: {self.where}: {said}" if self.where else f"{place}: {said}"


class StoryErrors(UsageError):  # noqa: N818 - it holds many
    """A story cannot be taken in; `problems` holds errors and warnings, its text the errors."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        errors = [problem for problem in self.problems if problem.is_error]
        files = sorted({problem.file for problem in errors})
        heading = f"{', '.join(files[:3])}: {_counted(len(errors), 'error')}, nothing was imported"
        lines = [heading, *(f"  {problem}" for problem in errors)]
        if warnings := len(self.problems) - len(errors):
            lines.append(f"  and {_counted(warnings, 'warning')}: kahani check lists them")
        super().__init__("\n".join(lines))


class Problems:
    """The problems of one file while it is being read; not for threads.

    `has_errors` tells whether any of them, kept or only counted, keeps the story out.
    """

    def __init__(self, file: str) -> None:
        self.file = file
        self.has_errors = False
        self._found: list[Problem] = []
        self._left_out = 0
        self._left_out_errors = False
        self._comparisons = 0

    def error(self, line: int, path: Iterable[str], code: str, message: str) -> None:
        """Note an error at `path`, the keys from the top of the file."""
        self.add(Problem(self.file, line, ".".join(path), code, message))

    def add(self, problem: Problem) -> None:
        """Note a problem found elsewhere."""
        self.has_errors = self.has_errors or problem.is_error
        if self.is_full:
            self._left_out += 1
            self._left_out_errors = self._left_out_errors or problem.is_error
        else:
            self._found.append(problem)

    def guess(self, word: str, options: Collection[str]) -> str | None:
        """Return the option that `word` was probably meant to be, or None."""
        if len(word) > 100 or self._comparisons + len(options) > _MAX_COMPARISONS:  # noqa: PLR2004 - longer is no name
            return None
        self._comparisons += len(options)
        return next(iter(difflib.get_close_matches(word, options, 1)), None)

    def meant(self, word: str, options: Collection[str]) -> str:
        """Return `(did you mean "x"?)` with a space before it, or nothing."""
        guess = self.guess(word, options)
        return f" (did you mean {quoted(guess)}?)" if guess else ""

    @property
    def is_full(self) -> bool:
        """Whether further problems are only counted."""
        return len(self._found) >= MAX_PROBLEMS

    def found(self) -> tuple[Problem, ...]:
        """Return all problems in the order of their lines, each shown key cleaned."""
        ordered = sorted(self._found, key=lambda problem: (problem.line, problem.where))
        if self._left_out:
            rest = f"{self._left_out:,} more problems; mend these first"
            severity = Severity.ERROR if self._left_out_errors else Severity.WARNING
            ordered.append(Problem(self.file, 0, "", "too-many-problems", rest, severity))
        return tuple(replace(problem, where=quoted(problem.where, marks="")) for problem in ordered)


def _counted(count: int, what: str) -> str:
    return f"{count:,} {what}" if count == 1 else f"{count:,} {what}s"
