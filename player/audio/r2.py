"""R2: keys of a private bucket, and addresses signed with them at the moment of use."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final

from player.errors import MissingPartError

ACCOUNT: Final = "R2_ACCOUNT_ID"
KEY_ID: Final = "R2_ACCESS_KEY_ID"
SECRET: Final = "R2_SECRET_ACCESS_KEY"  # noqa: S105 - the name of the variable, not the secret
ENDPOINT: Final = "R2_ENDPOINT"
GOOD_FOR: Final = timedelta(minutes=10)
"""How long a signed address works: for one request and its retries, which are signed anew."""


@dataclass(frozen=True, slots=True)
class Keys:
    """What opens private buckets. Nothing of it is shown by `repr`."""

    endpoint: str = field(repr=False)
    key_id: str = field(repr=False)
    secret: str = field(repr=False)

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Keys | None:
        """Return the keys that the environment names, None where any is missing."""
        account = environment.get(ACCOUNT, "").strip()
        endpoint = environment.get(ENDPOINT, "").strip()
        if not endpoint and account:
            endpoint = f"https://{account}.r2.cloudflarestorage.com"
        key_id = environment.get(KEY_ID, "").strip()
        secret = environment.get(SECRET, "").strip()
        if not (endpoint and key_id and secret):
            return None
        return cls(endpoint.rstrip("/"), key_id, secret)


class Signer:
    """Signs addresses of objects; asks nobody. Safe from any thread."""

    def __init__(self, keys: Keys) -> None:
        self._keys = keys
        self._stores: dict[str, Any] = {}
        self._lock = threading.Lock()

    def sign(self, bucket: str, key: str) -> str:
        """Return an address that reads the object for the next ten minutes: a secret.

        Raises MissingPartError when the extra `r2` is not installed or the keys are no keys.
        """
        try:
            import obstore  # noqa: PLC0415 - an extra, for private buckets alone
            from obstore.exceptions import BaseError  # noqa: PLC0415 - the same
        except ImportError:
            raise MissingPartError(
                "Private buckets need obstore: install it with pip install 'kahani[r2]'."
            ) from None
        try:
            return str(obstore.sign(self._store(bucket), "GET", key, GOOD_FOR))
        except (BaseError, ValueError, TypeError):
            # What it raises may show its configuration, so nothing of it is passed on.
            raise MissingPartError(
                f"No address can be signed for the bucket {bucket}: check {ACCOUNT} (or"
                f" {ENDPOINT}), {KEY_ID} and {SECRET}."
            ) from None

    def _store(self, bucket: str) -> Any:
        from obstore.store import S3Store  # noqa: PLC0415 - see above

        with self._lock:
            if bucket not in self._stores:
                self._stores[bucket] = S3Store(
                    bucket,
                    endpoint=self._keys.endpoint,
                    region="auto",
                    virtual_hosted_style_request=False,
                    # As a provider: with plain keys an AWS_SESSION_TOKEN of the environment, which
                    # is of somebody else, would be signed too, and R2 refuses that.
                    credential_provider=self._credentials,
                )
            return self._stores[bucket]

    def _credentials(self) -> Any:
        return {
            "access_key_id": self._keys.key_id,
            "secret_access_key": self._keys.secret,
            "token": None,
            "expires_at": None,
        }
