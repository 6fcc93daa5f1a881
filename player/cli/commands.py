"""The commands and their options, each imported when it is asked for."""

from __future__ import annotations

import importlib
from collections.abc import Mapping, Sequence
from typing import ClassVar, Final

import click

from player.cli.groups import ToldGroup
from player.errors import EXIT_INTERRUPTED, EXIT_USAGE, UsageError

COMMANDS: Final = {
    "bundle": ("player.cli.bundle", "bundle"),
    "cache": ("player.cli.cache", "cache"),
    "check": ("player.cli.stories", "check"),
    "db": ("player.cli.database", "db"),
    "doctor": ("player.cli.doctor", "doctor"),
    "export": ("player.cli.stories", "export"),
    "import": ("player.cli.stories", "import_"),
    "learner": ("player.cli.learner", "learner"),
    "locate": ("player.cli.doctor", "locate"),
    "play": ("player.cli.play", "play"),
    "studio": ("player.cli.studio", "studio"),
    "sync": ("player.cli.sync", "sync"),
}


class LazyGroup(ToldGroup):
    """A group that imports a command when it is asked for, so that each start pays for one."""

    commands_by_name: ClassVar[Mapping[str, tuple[str, str]]] = COMMANDS

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Return the names, sorted."""
        return sorted(self.commands_by_name)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:  # noqa: ARG002
        """Import and return the command, None for an unknown name."""
        if name not in self.commands_by_name:
            return None
        module, attribute = self.commands_by_name[name]
        command: click.Command = getattr(importlib.import_module(module), attribute)
        return command


def _version(ctx: click.Context, _param: click.Parameter, wanted: bool) -> None:
    if wanted and not ctx.resilient_parsing:
        from importlib.metadata import version

        click.echo(f"kahani {version('kahani')}")
        ctx.exit()


@click.group(
    cls=LazyGroup,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_version,
    help="Say the version and leave.",
)
@click.pass_context
def kahani(ctx: click.Context) -> None:
    """Interactive audio stories in the terminal. Without a command: the library."""
    if ctx.invoked_subcommand is None:
        from player.cli.screens import browse

        ctx.exit(browse())


def run_command(arguments: Sequence[str] | None) -> int:
    """Run the command that `arguments` name; return its exit code. Raises UsageError."""
    try:
        code = kahani.main(args=arguments, prog_name="kahani", standalone_mode=False)
    except click.Abort:
        return EXIT_INTERRUPTED
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message(), err=True)
        return EXIT_USAGE
    except click.UsageError as error:
        raise UsageError(_in_one_line(error)) from error
    return code if isinstance(code, int) else 0


def _in_one_line(error: click.UsageError) -> str:
    """Say what is wrong and what there is instead, in one line."""
    message = " ".join(error.format_message().split())
    if isinstance(error, click.NoSuchOption) and error.ctx:
        options = [o for p in error.ctx.command.params for o in p.opts if o.startswith("--")]
        return f"there is no option {error.option_name}; there is {', '.join(options)}."
    if message.startswith("No such command"):
        group = error.ctx.command if error.ctx else None
        known = group.commands_by_name if isinstance(group, LazyGroup) else COMMANDS
        return f"{message.rstrip('.')}; there is {', '.join(sorted(known))}."
    return message
