"""The catalogue of PostgreSQL, where the environment names one."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from db.published.catalogue import RemoteCatalogue


def remote_catalogue() -> RemoteCatalogue | None:
    """Return the catalogue of DATABASE_URL, read from DATABASE_REPLICA_URLS where one answers.

    Nothing is connected yet; None without an address. Raises RemoteAddressError.
    """
    address = os.environ.get("DATABASE_URL")
    if not address:
        return None
    from db.published.catalogue import RemoteCatalogue

    return RemoteCatalogue(address, replica_urls())


def replica_urls() -> tuple[str, ...]:
    """Return the addresses of DATABASE_REPLICA_URLS, which are separated by commas.

    A comma within an address, between its hosts, stays: each address begins with its scheme.
    """
    addresses: list[str] = []
    for part in os.environ.get("DATABASE_REPLICA_URLS", "").split(","):
        if "://" in part or not addresses:
            addresses.append(part.strip())
        else:
            addresses[-1] += f",{part.strip()}"
    return tuple(address for address in addresses if address)
