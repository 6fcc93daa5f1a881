"""What can go wrong, said so that the listener knows what to do next."""

from __future__ import annotations

EXIT_OK = 0
EXIT_PROBLEMS = 1
EXIT_USAGE = 2
EXIT_MISSING = 3
EXIT_INTERRUPTED = 130


class KahaniError(Exception):
    """A failure with a sentence for people: what failed, the likely cause, what to do.

    `exit_code` is what the command line returns when nobody catches it.
    """

    exit_code = EXIT_PROBLEMS


class UsageError(KahaniError):
    """The request cannot be met as it was asked: an unknown slug, language, node or option."""

    exit_code = EXIT_USAGE


class MissingPartError(KahaniError):
    """Something that must be installed or reachable is not there."""

    exit_code = EXIT_MISSING
