"""Signature Version 4: requests of an S3 server, signed with a secret for a given instant.

https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-authenticating-requests.html
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final
from urllib.parse import quote, urlsplit

UNSIGNED: Final = "UNSIGNED-PAYLOAD"
_ALGORITHM: Final = "AWS4-HMAC-SHA256"
_PORTS: Final = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Access:
    """What requests are signed with. Nothing of it is shown by `repr`."""

    key_id: str = field(repr=False)
    secret: str = field(repr=False)
    region: str = "auto"


def presigned(url: str, access: Access, at: float, good_for_s: int, method: str = "GET") -> str:
    """Return `url` with a signature in its query: a secret, for `good_for_s` from `at` on.

    `url` has a percent-encoded path and no query; `at` is in seconds since 1970.
    """
    stamp, scope = _when(at, access.region)
    asked = {
        "X-Amz-Algorithm": _ALGORITHM,
        "X-Amz-Credential": f"{access.key_id}/{scope}",
        "X-Amz-Date": stamp,
        "X-Amz-Expires": str(good_for_s),
        "X-Amz-SignedHeaders": "host",
    }
    query = "&".join(f"{name}={quote(value, safe='-_.~')}" for name, value in asked.items())
    parts = urlsplit(url)
    lines = (method, parts.path or "/", query, f"host:{host_of(url)}\n", "host", UNSIGNED)
    return f"{url}?{query}&X-Amz-Signature={_signature(lines, access, stamp, scope)}"


def authorized(
    method: str, url: str, headers: Mapping[str, str], access: Access, at: float, *, sha256: str
) -> dict[str, str]:
    """Return `headers` and those that allow the request, all of them signed.

    `sha256` is that of the body in hex, which the server compares.
    """
    stamp, scope = _when(at, access.region)
    whole = {**headers, "x-amz-content-sha256": sha256, "x-amz-date": stamp}
    signed = {"host": host_of(url), **{n.lower(): " ".join(v.split()) for n, v in whole.items()}}
    names = ";".join(sorted(signed))
    told = "".join(f"{name}:{signed[name]}\n" for name in sorted(signed))
    parts = urlsplit(url)
    lines = (method, parts.path or "/", parts.query, told, names, sha256)
    whole["authorization"] = (
        f"{_ALGORITHM} Credential={access.key_id}/{scope}, SignedHeaders={names},"
        f" Signature={_signature(lines, access, stamp, scope)}"
    )
    return whole


def host_of(url: str) -> str:
    """Return what the Host header of a request to `url` says: no port where it is the usual one."""
    parts = urlsplit(url)
    usual = parts.port is None or parts.port == _PORTS.get(parts.scheme)
    name = parts.hostname or ""
    name = f"[{name}]" if ":" in name else name
    return name if usual else f"{name}:{parts.port}"


def _when(at: float, region: str) -> tuple[str, str]:
    stamp = datetime.fromtimestamp(at, UTC).strftime("%Y%m%dT%H%M%SZ")
    return stamp, f"{stamp[:8]}/{region}/s3/aws4_request"


def _signature(lines: tuple[str, ...], access: Access, stamp: str, scope: str) -> str:
    request = hashlib.sha256("\n".join(lines).encode()).hexdigest()
    key = f"AWS4{access.secret}".encode()
    for part in scope.split("/"):
        key = _mac(key, part)
    return _mac(key, f"{_ALGORITHM}\n{stamp}\n{scope}\n{request}").hex()


def _mac(key: bytes, text: str) -> bytes:
    return hmac.new(key, text.encode(), hashlib.sha256).digest()
