"""The keychain: keys of buckets in the keyring of this system, where there is one."""

from __future__ import annotations

import importlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

from player.audio.r2 import ACCOUNT, ENDPOINT, NAMES, Keys
from player.errors import KahaniError, MissingPartError

SERVICE: Final = "kahani"
_ENVIRONMENT_HELP: Final = "Set R2_ACCESS_KEY_ID and so on in the environment instead."


class NoKeychainError(MissingPartError):
    """There is no keyring here: the package, or the service under it, is missing."""


def stored() -> dict[str, str]:
    """Return what the keyring holds of R2_ACCOUNT_ID and so on; it may ask to be unlocked.

    Raises NoKeychainError, or KahaniError where the keyring refuses.
    """
    keyring = _keyring()
    with _explained():
        found = {name: keyring.get_password(SERVICE, name) for name in NAMES}
    return {name: value for name, value in found.items() if value}


def keep(values: Mapping[str, str]) -> None:
    """Put these into the keyring, in the place of all that it held. Raises as `stored`."""
    keyring = _keyring()
    former = stored()
    with _explained():
        for name in NAMES:
            if values.get(name):
                keyring.set_password(SERVICE, name, values[name])
            elif name in former:
                keyring.delete_password(SERVICE, name)


def forget() -> bool:
    """Take all of them out of the keyring; whether there were any. Raises as `stored`."""
    was_there = bool(stored())
    keep({})
    return was_there


def backend() -> str:
    """Return what the keyring is called. Raises NoKeychainError where there is none."""
    return str(_keyring().get_keyring().name)


def is_recommended() -> bool:
    """Whether the keyring is one that its makers recommend: one that encrypts. Raises as above."""
    return float(_keyring().get_keyring().priority) >= 1


def find_keys(environment: Mapping[str, str]) -> Keys | None:
    """Return the keys of the environment, else of the keyring, variable by variable.

    The keyring is not asked where the environment names all of them, and one that cannot be asked
    counts as empty.
    """
    keys = Keys.from_environment(environment)
    if keys is not None:
        return keys
    try:
        found = stored()
    except KahaniError:
        return None
    named = {name: environment[name] for name in NAMES if environment.get(name, "").strip()}
    if {ACCOUNT, ENDPOINT} & named.keys():  # each names the server by itself
        found = {name: value for name, value in found.items() if name not in (ACCOUNT, ENDPOINT)}
    return Keys.from_environment({**found, **named})


def _keyring() -> Any:
    try:
        keyring = importlib.import_module("keyring")
        from keyring.backends import fail, null  # noqa: PLC0415 - an extra
    except ImportError:
        raise NoKeychainError(
            "Keys are kept in the system keyring by the package keyring: install it with"
            f" pip install 'kahani[r2]'. {_ENVIRONMENT_HELP}"
        ) from None
    if isinstance(keyring.get_keyring(), fail.Keyring | null.Keyring):
        raise NoKeychainError(
            "This system has no keyring, or its service does not run (Secret Service, KWallet,"
            f" Keychain). {_ENVIRONMENT_HELP}"
        )
    return keyring


@contextmanager
def _explained() -> Iterator[None]:
    """Turn whatever a keyring raises into a sentence; its own words may hold what it was given."""
    try:
        yield
    except Exception as error:  # noqa: BLE001 - each keyring has errors of its own
        raise KahaniError(
            f"The keyring refuses ({type(error).__name__}): unlock it and try again."
            f" {_ENVIRONMENT_HELP}"
        ) from None
