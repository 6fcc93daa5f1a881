"""One setting at a time into the file, with the listener's comments and order kept."""

from __future__ import annotations

import os
import stat
import tempfile
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from player.config import KEYS, checked
from player.errors import KahaniError

if TYPE_CHECKING:
    from tomlkit import TOMLDocument

SITTING: Final = "What you chose holds until you leave."
HEADING: Final = (
    "# How this listener likes kahani. Where a line is missing, the usual value holds.\n"
)
WRITABLE: Final = stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH


class NotKeptError(KahaniError):
    """The file could not be written, or is not fit to be written over; it is as it was."""


def write_setting(path: Path, name: str, value: object) -> None:
    """Have the file at `path` name `value` for the field `name`; None: no longer name it. Blocks.

    The file is read anew, written beside and renamed, through a link to where it really lies.
    Raises UsageError, naming file and key, where the file is not valid; NotKeptError where it
    may not or cannot be written.
    """
    _write(path, lambda document: _put(document, name, value))


def write_key(path: Path, name: str, keys: Sequence[str] | None) -> None:
    """Have the file name `keys` for the action of the id `name`; None: the usual ones. Blocks.

    Raises as `write_setting` does.
    """
    _write(path, lambda document: _put_key(document, name, keys))


def _write(path: Path, change: Callable[[TOMLDocument], None]) -> None:
    import tomlkit  # noqa: PLC0415 - only where something is written

    path = path.resolve()
    try:
        content = path.read_bytes() if path.exists() else HEADING.encode()
        checked(path, content)
        text = content.decode()
        document = tomlkit.parse(text.replace("\r\n", "\n"))
        change(document)
        text = tomlkit.dumps(document).replace("\n", "\r\n" if "\r\n" in text else "\n")
        changed = text.encode()
        checked(path, changed)
        if changed != content:
            _replace(path, changed)
    except OSError as error:
        raise NotKeptError(f"{path} cannot be written: {error.strerror}. {SITTING}") from error


def _replace(path: Path, content: bytes) -> None:
    """Write beside and rename. A file that was made read-only is meant to stay as it is."""
    mode = None
    if path.exists():
        mode = stat.S_IMODE(path.stat().st_mode)
        if not mode & WRITABLE or not os.access(path, os.W_OK):
            raise NotKeptError(f"{path} is read-only. {SITTING}")
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, beside = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if mode is not None:
            Path(beside).chmod(mode)
        Path(beside).replace(path)
    except BaseException:
        with suppress(OSError):
            Path(beside).unlink()
        raise


def _put(document: TOMLDocument, name: str, value: object) -> None:
    if value is None:
        document.pop(name, None)
        return
    is_new = name not in document
    document[name] = list(value) if isinstance(value, tuple) else value
    if is_new:
        _move_up(document, name)


def _move_up(document: TOMLDocument, name: str) -> None:
    """Move a new line below the last setting: the comment above a table belongs to the table."""
    body = document.body
    place = next(n for n, (key, _) in enumerate(body) if key and key.key == name)
    above = [n for n, (key, item) in enumerate(body[:place]) if key and not item.is_table()]
    if above and above[-1] + 1 < place:
        for _, below in body[place + 1 : place + 2]:  # the table was moved off by an empty line
            if below.is_table():
                below.trivia.indent = below.trivia.indent.lstrip("\n")
        body.insert(above[-1] + 1, body.pop(place))


def _put_key(document: TOMLDocument, name: str, keys: Sequence[str] | None) -> None:
    import tomlkit  # noqa: PLC0415 - see above

    table: Any = document.get(KEYS)
    if table is None:
        if keys is None:
            return
        document[KEYS] = tomlkit.table()
        table = document[KEYS]
    while name not in table:
        first, _, rest = name.partition(".")  # an id without quotes is a table in a table
        if not rest or first not in table:
            break
        table, name = table[first], rest
    if keys is None:
        table.pop(name, None)
    else:
        table[name] = keys[0] if len(keys) == 1 else list(keys)
