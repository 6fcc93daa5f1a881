"""The command line: arguments, wiring, exit codes."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from player.errors import EXIT_INTERRUPTED, KahaniError


def main() -> None:
    """Run the command line and leave the process with its exit code."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: Sequence[str]) -> int:
    """Run the command line; return the exit code. A failure is one line on stderr.

    Without arguments the library opens, and no time is spent on reading options.
    """
    try:
        if not arguments:
            from player.cli.screens import browse

            return browse()
        from player.cli.commands import run_command

        return run_command(arguments)
    except KeyboardInterrupt:
        return EXIT_INTERRUPTED
    except Exception as error:
        failure = _failure(error)
        if failure is None:
            raise
        print(f"kahani: {failure}", file=sys.stderr)  # noqa: T201 - people read stderr
        return failure.exit_code


def _failure(error: Exception) -> KahaniError | None:
    """Return `error` as one for people, None when it is a fault of the program itself."""
    from player.cli.failures import explained

    return explained(error)
