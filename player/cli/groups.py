"""What the groups of commands have in common, and the numbers that their options take."""

from __future__ import annotations

import math
from collections.abc import Callable
from contextlib import suppress
from typing import Final

import click

WHOLE: Final = 1000
"""More letters than any first sentence has: click would cut it where the line ends."""


class ToldGroup(click.Group):
    """A group whose list tells each command in a whole sentence, over two lines if need be."""

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands."""
        rows = [
            (name, command.get_short_help_str(WHOLE))
            for name in self.list_commands(ctx)
            if (command := self.get_command(ctx, name)) is not None and not command.hidden
        ]
        if rows:
            with formatter.section("Commands"):
                formatter.write_dl(rows)


def number(least: float, most: float | None = None) -> Callable[..., float | None]:
    """Return what reads an option as a number from `least` on; complaints say just that."""
    known = f"{least:g} or more" if most is None else f"from {least:g} to {most:g}"

    def read(ctx: click.Context, param: click.Parameter, typed: str | None) -> float | None:
        if typed is None:
            return None
        with suppress(ValueError):
            value = float(typed)
            if math.isfinite(value) and least <= value <= (value if most is None else most):
                return value
        raise click.BadParameter(f"it is a number {known}, not {typed}.", ctx, param)

    return read
