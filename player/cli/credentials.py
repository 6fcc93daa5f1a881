"""kahani studio keys: the keys of buckets, kept in the keyring of this system."""

from __future__ import annotations

import os
import sys

import click

from player.cli.groups import ToldGroup
from player.errors import EXIT_MISSING, EXIT_OK, KahaniError, UsageError


@click.group(cls=ToldGroup)
def keys() -> None:
    """Keep the R2 keys in the system keyring. What the environment names goes over it."""


@keys.command("set")
def set_() -> int:
    """Ask for the keys, the secret without showing it, and put them into the keyring."""
    from player.audio import keychain
    from player.audio.r2 import ACCOUNT, ENDPOINT, KEY_ID, SECRET

    name = keychain.backend()
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise UsageError(
            f"The keys are asked for in a terminal; without one set {ACCOUNT}, {KEY_ID} and"
            f" {SECRET} in the environment."
        )
    if not keychain.is_recommended():
        click.echo(f"kahani: {name} keeps what it is given unencrypted.", err=True)
    account = _asked("Account id of R2, or the https:// address of another S3 server")
    place = ENDPOINT if "://" in account else ACCOUNT
    values = {
        place: account,
        KEY_ID: _asked("Access key id"),
        SECRET: _asked("Secret access key (not shown)", is_hidden=True),
    }
    _check(values)
    keychain.keep(values)
    click.echo(f"The keys are kept in {name}.", err=True)
    return EXIT_OK


@keys.command()
def forget() -> int:
    """Take the keys out of the keyring."""
    from player.audio import keychain

    was_there = keychain.forget()
    said = "The keyring has the keys no more." if was_there else "The keyring had no keys."
    click.echo(said, err=True)
    return EXIT_OK


@keys.command()
def status() -> int:
    """Say which keys there are, and where each comes from; never what they are."""
    from player.audio import keychain
    from player.audio.r2 import ACCOUNT, ENDPOINT, KEY_ID, NAMES, SECRET

    note, found = "", {}
    try:
        found = keychain.stored()
        note = f"keyring: {keychain.backend()}"
    except KahaniError as error:
        note = f"keyring: none. {error}"
    places = {}
    for name in NAMES:
        if os.environ.get(name, "").strip():
            places[name] = "environment"
        elif name in found:
            places[name] = "keyring"
        click.echo(f"{name:<22}{places.get(name, 'not set')}")
    click.echo(note, err=True)
    is_whole = (ACCOUNT in places or ENDPOINT in places) and {KEY_ID, SECRET} <= set(places)
    return EXIT_OK if is_whole else EXIT_MISSING


def _asked(question: str, *, is_hidden: bool = False) -> str:
    answer = click.prompt(question, hide_input=is_hidden, err=True, type=str)
    return str(answer).strip()


def _check(values: dict[str, str]) -> None:
    """Raises UsageError where the keys cannot be keys."""
    from player.audio.r2 import Keys, Signer

    given = Keys.from_environment(values)
    if given is None:
        raise UsageError("One of them is empty: nothing was kept.")
    try:
        Signer(given).sign("bucket", "key")
    except KahaniError:
        raise UsageError(
            "These are no keys: an account id or an https:// address, and keys without spaces."
            " Nothing was kept."
        ) from None
