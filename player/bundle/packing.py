"""Files into the zip of a bundle: the same files, the same bytes."""

from __future__ import annotations

import hashlib
import stat
import zipfile
import zlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import BinaryIO, Final

from player.bundle.manifest import FileFact
from player.errors import KahaniError

_EPOCH: Final = (1980, 1, 1, 0, 0, 0)
"""No time of the clock is in a bundle; this is the first that a zip can name."""
_MODE: Final = (stat.S_IFREG | 0o644) << 16
_LEVEL: Final = 9
_DENSEST: Final = 50
"""What shrinks to less than a fiftieth is stored as it is: far from what is refused as a bomb."""


@dataclass(frozen=True, slots=True)
class Part:
    """One file to pack: what the manifest says of it, and where its bytes come from."""

    fact: FileFact
    read: Callable[[], bytes]
    is_text: bool

    @classmethod
    def of_text(cls, path: str, content: bytes) -> Part:
        """Return the part of a small file whose bytes are at hand."""
        return cls(fact_of(path, content), lambda: content, is_text=True)


def fact_of(path: str, content: bytes) -> FileFact:
    """Return what the manifest says of a file."""
    return FileFact(path, len(content), hashlib.sha256(content).hexdigest())


def write_zip(stream: BinaryIO, parts: Iterable[Part]) -> None:
    """Write the parts in their order; text is deflated, sound and pictures are stored.

    The bytes depend on the parts alone (and on the zlib that deflates). Raises KahaniError where a
    file is no longer what the manifest says.
    """
    with zipfile.ZipFile(stream, "w", allowZip64=False) as packed:
        for part in parts:
            content = part.read()
            if fact_of(part.fact.path, content) != part.fact:
                raise KahaniError(f"{part.fact.path} changed while it was packed: try again.")
            info = zipfile.ZipInfo(part.fact.path, _EPOCH)
            info.create_system = 3  # Unix, on every system
            info.external_attr = _MODE
            info.compress_type = _compression(content) if part.is_text else zipfile.ZIP_STORED
            packed.writestr(info, content, compresslevel=_LEVEL)


def _compression(content: bytes) -> int:
    packed = len(zlib.compress(content, _LEVEL))
    is_dense = packed >= len(content) or packed * _DENSEST < len(content)
    return zipfile.ZIP_STORED if is_dense else zipfile.ZIP_DEFLATED
