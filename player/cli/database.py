"""kahani db: the schema, the roles and the listeners of one PostgreSQL, for who looks after it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Final

import click

from player.cli.commands import LazyGroup
from player.errors import EXIT_OK, MissingPartError, UsageError

if TYPE_CHECKING:
    from db.upgrade import Upgrade

COMMANDS: Final = {
    "invite": ("player.cli.database", "invite"),
    "partitions": ("player.cli.retention", "partitions"),
    "report": ("player.cli.report", "report"),
    "retention": ("player.cli.retention", "retention"),
    "roles": ("player.cli.database", "roles"),
    "upgrade": ("player.cli.database", "upgrade"),
}
BACKUPS: Final = "backups"


class DatabaseGroup(LazyGroup):
    """The commands of `kahani db`."""

    commands_by_name: ClassVar = COMMANDS


@click.group(cls=DatabaseGroup)
def db() -> None:
    """For administrators: the shared PostgreSQL of DATABASE_URL."""


@db.command()
@click.option("--no-copy", is_flag=True, help="You have a backup of PostgreSQL: make none here.")
def upgrade(*, no_copy: bool) -> int:
    """Bring the local store and, with DATABASE_URL, PostgreSQL up to date; each copied first."""
    from db.upgrade import upgrade_local
    from player.paths import Paths

    paths = Paths.find()
    click.echo(_told(str(paths.store), upgrade_local(paths.store)))
    if os.environ.get("DATABASE_URL"):
        click.echo(_upgrade_remote(address(), paths.data / BACKUPS, is_copied=not no_copy))
    return EXIT_OK


@db.command()
def roles() -> int:
    """Make the groups kahani_owner, _author, _listener and _analyst, and settle their rights."""
    from db.rights.roles import make_roles

    for line in make_roles(address()):
        click.echo(line)
    return EXIT_OK


@db.command()
@click.argument("name")
@click.option("--renew", is_flag=True, help="Give a listener who is known a new password.")
@click.option(
    "--remove", is_flag=True, help="Take the listener's login away; what was heard stays."
)
def invite(*, name: str, renew: bool, remove: bool) -> int:
    """Let a listener log in as NAME, and show the password, this once."""
    from db.rights.invite import InviteError, uninvite
    from db.rights.invite import invite as make_listener

    if renew and remove:
        raise UsageError("--renew and --remove cannot both be meant; give one of them.")
    try:
        if remove:
            uninvite(address(), name)
            click.echo(f"{name} cannot log in any more.", err=True)
            return EXIT_OK
        made = make_listener(address(), name, renew=renew)
    except InviteError as error:
        raise UsageError(str(error)) from error
    click.echo(f"password {made.password}")
    click.echo(f"DATABASE_URL={made.address}")
    click.echo(
        f"{name} sets DATABASE_URL to this line. The password is kept nowhere: give it to {name} "
        "alone; a new one is made with --renew.",
        err=True,
    )
    return EXIT_OK


def address() -> str:
    """Return DATABASE_URL; say on stderr where it is not guarded.

    Raises MissingPartError where there is none.
    """
    from db.remote import Remote

    found = os.environ.get("DATABASE_URL")
    if not found:
        raise MissingPartError(
            "DATABASE_URL is not set: it names the PostgreSQL, as in "
            "postgresql://user:password@host:5432/name."
        )
    if warning := Remote(found).warning:
        click.echo(f"kahani: {warning}", err=True)
    return found


def _upgrade_remote(url: str, folder: Path, *, is_copied: bool) -> str:
    from db.growth.dumping import dump
    from db.remote import Remote
    from db.upgrade import upgrade_remote

    remote = Remote(url)

    def copied(revision: str) -> Path:
        return dump(remote, folder, revision)

    return _told(remote.label, upgrade_remote(url, copied if is_copied else None))


def _told(where: str, done: Upgrade) -> str:
    """Say in a line from which schema to which, and where the copy is."""
    if not done.is_change:
        return f"{where}: schema {done.after}, up to date"
    if done.before is None:
        return f"{where}: schema {done.after} was made, there was none"
    copy = f"as it was: {done.copy}" if done.copy else "no copy was made"
    return f"{where}: schema {done.before} -> {done.after}; {copy}"
