"""Failures of lower layers, as sentences with an exit code; imported only when one happened."""

from __future__ import annotations

from db.errors import RemoteError, StoreError
from player.errors import KahaniError, MissingPartError


def explained(error: Exception) -> KahaniError | None:
    """Return `error` as one for people, None when it is a fault of the program itself."""
    if isinstance(error, KahaniError):
        return error
    if isinstance(error, StoreError | RemoteError):
        return MissingPartError(str(error))
    if isinstance(error, OSError) and error.strerror:
        where = f"{error.filename}: " if error.filename else ""
        return MissingPartError(f"{where}{error.strerror}.")
    return None
