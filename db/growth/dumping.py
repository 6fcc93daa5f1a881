"""A copy of PostgreSQL before something changes there, by its own program pg_dump."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Final

from psycopg.conninfo import make_conninfo

from db.errors import RemoteError
from db.remote import Remote
from db.types import now

PROGRAM: Final = "pg_dump"
SECRETS: Final = ("password", "sslpassword")
WITHOUT: Final = (
    "Nothing was changed there. Make a backup in your own way, and run: kahani db upgrade --no-copy"
)


def dump(remote: Remote, folder: Path, revision: str) -> Path:
    """Write a copy of the whole database into `folder`, readable by its owner alone.

    Raises RemoteError where none can be made, with nothing left behind, and OSError.
    """
    program = shutil.which(PROGRAM)
    if program is None:
        raise RemoteError(f"{remote.label} cannot be copied: there is no {PROGRAM} here. {WITHOUT}")
    values = remote.parameters()
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    name = re.sub(r"[^A-Za-z0-9_.-]", "_", str(values.get("dbname") or "database"))
    # Two programs may do it at once: each writes a file of its own, and keeps it.
    descriptor, path = tempfile.mkstemp(".part", f"{name}-{revision}-", folder)
    os.close(descriptor)
    part, kept = Path(path), folder / f"{name}-{revision}-{now():%Y%m%dT%H%M%S.%fZ}.dump"
    try:
        _run(remote, program, part)
        part.replace(kept)
    finally:
        part.unlink(missing_ok=True)
    return kept


def _run(remote: Remote, program: str, part: Path) -> None:
    values = remote.parameters()
    # Whoever lists the processes of this machine sees their arguments, so no secret is in them.
    shown = make_conninfo("", **{k: v for k, v in values.items() if k not in SECRETS})
    hidden = {"PGPASSWORD": str(values["password"])} if values.get("password") else {}
    done = subprocess.run(  # noqa: S603 - found by its name, without a shell
        [program, "--no-password", "--format=custom", f"--file={part}", f"--dbname={shown}"],
        env={**os.environ, **hidden},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )
    if done.returncode:
        why = remote.scrub(RuntimeError(done.stderr or f"{PROGRAM} failed"))
        raise RemoteError(f"{remote.label} cannot be copied: {why}. {WITHOUT}")
