"""kahani sync: send to PostgreSQL and pull from it without a screen, and say how it stands."""

from __future__ import annotations

import os
import queue
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

import click
import msgspec

from player.cli.groups import ToldGroup
from player.errors import EXIT_MISSING, EXIT_OK, EXIT_PROBLEMS, MissingPartError, UsageError
from player.paths import Paths
from player.story.cleaning import quoted

if TYPE_CHECKING:
    from db.store import Store
    from db.syncing.report import SyncReport
    from db.syncing.sync import Sync, SyncStatus

NO_ADDRESS: Final = (
    "DATABASE_URL names no PostgreSQL: set it, e.g. to postgresql://user@host/name. "
    "Until then everything stays on this machine."
)


@click.group(cls=ToldGroup, invoke_without_command=True)
@click.option("--once", is_flag=True, help="Send and pull once, and leave.")
@click.pass_context
def sync(ctx: click.Context, *, once: bool) -> int:
    """Send what was heard to PostgreSQL and pull what other machines sent, until ctrl+c."""
    if ctx.invoked_subcommand is not None:
        if once:
            raise UsageError("--once belongs to kahani sync alone.")
        return EXIT_OK
    address = os.environ.get("DATABASE_URL")
    if not address:
        raise MissingPartError(NO_ADDRESS)
    from player.cli.wiring import open_store

    store = open_store(Paths.find())
    try:
        return _once(store, address) if once else _for_ever(store, address)
    finally:
        store.close()


@sync.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object, for programs.")
def status(*, as_json: bool) -> int:
    """Say what is to be sent, what was set aside and why, and when PostgreSQL answered last.

    Asks nothing over the network. The exit code is 1 where something was set aside.
    """
    from db.syncing.report import report
    from player.cli.wiring import open_store

    server = _label()
    store = open_store(Paths.find())
    try:
        found = store.read(report)
    finally:
        store.close()
    click.echo(_as_json(found, server) if as_json else _as_text(found, server))
    return EXIT_PROBLEMS if found.set_aside else EXIT_OK


def _once(store: Store, address: str) -> int:
    """Send and pull once; 1 where something could not be sent, 3 without PostgreSQL.

    What came from other machines is learned from at once; what is believed then is sent as well.
    """
    from db.syncing.sync import SyncState
    from player.cli.renewing import renew

    worker = _worker(store, address)
    try:
        result = worker.sync_once()
        sent, pulled = result.sent, result.pulled
        if pulled and not renew(store)[1]:
            result = worker.sync_once()
            sent, pulled = sent + result.sent, pulled + result.pulled
    finally:
        worker.close()
    now_is = result.status
    if now_is.message:
        click.echo(f"kahani: {_plain(now_is.message)}", err=True)
    if now_is.state is SyncState.OFFLINE:
        return EXIT_MISSING
    click.echo(f"{now_is.server}: sent {sent}, received {pulled}")
    if now_is.rejected:
        click.echo("kahani: some rows were set aside; see kahani sync status", err=True)
    is_well = now_is.state is SyncState.IDLE and not now_is.rejected
    return EXIT_OK if is_well else EXIT_PROBLEMS


def _for_ever(store: Store, address: str) -> int:
    """Tell a line whenever it goes otherwise than before, until it is interrupted."""
    from player.cli.sending import told

    changes: queue.SimpleQueue[SyncStatus] = queue.SimpleQueue()
    worker = _worker(store, address, changes)
    worker.start()
    said = ""
    try:
        while True:
            change = changes.get()
            line = f"{change.server}: {told(change).text}"
            line += f" ({_plain(change.message)})" if change.message else ""
            if line != said:
                click.echo(line)
            said = line
    finally:
        worker.stop()


def _worker(
    store: Store, address: str, changes: queue.SimpleQueue[SyncStatus] | None = None
) -> Sync:
    from db.errors import RemoteAddressError
    from db.syncing.sync import Sync
    from player.library.border import StoryBorder, key

    try:
        return Sync(store, address, changes.put if changes else _ignore, StoryBorder(), key)
    except RemoteAddressError as error:
        raise UsageError(str(error)) from error


def _ignore(_status: SyncStatus) -> None:
    """Leave the steps of an exchange untold: its end is."""


def _label() -> str | None:
    """Return the name of the server, None where there is none."""
    address = os.environ.get("DATABASE_URL")
    if not address:
        return None
    from db.errors import RemoteAddressError
    from db.remote import Remote

    try:
        return Remote(address).label
    except RemoteAddressError as error:
        raise UsageError(str(error)) from error


def _as_json(found: SyncReport, server: str | None) -> str:
    values: dict[str, Any] = {**asdict(found), "server": server}
    values["lag"] = None if found.lag is None else round(found.lag.total_seconds(), 3)
    values["lag_seconds"] = values.pop("lag")
    return msgspec.json.encode(values).decode()


def _as_text(found: SyncReport, server: str | None) -> str:
    contact = found.last_contact
    lines = [
        *(_on_its_way(found, server) if server else _kept_here(found)),
        f"sent          {found.sent} in the last seven days",
        f"set aside     {len(found.set_aside)}",
        f"last contact  {f'{contact.astimezone():%Y-%m-%d %H:%M:%S}' if contact else 'never'}",
    ]
    lines += [f"lag           {_for_people(found.lag)}"] if server else []
    lines += [
        f"  {row.rejected_at.astimezone():%Y-%m-%d %H:%M}  {row.table:<19}  {row.sqlstate}  "
        f"{_plain(row.reason)}"
        for row in found.set_aside
    ]
    return "\n".join(lines)


def _on_its_way(found: SyncReport, server: str) -> list[str]:
    waiting = f", {found.held} of them for a story that is not published" if found.held else ""
    return [f"server        {server}", f"to send       {found.to_send}{waiting}"]


def _kept_here(found: SyncReport) -> list[str]:
    """Say what waits where no server is set: nothing is late, as nothing is on its way."""
    lines = ["server        none, so nothing is sent: DATABASE_URL is not set"]
    if found.lag is None:
        return [*lines, "waiting       nothing"]
    since = datetime.now().astimezone() - found.lag
    return [*lines, f"waiting       {found.to_send}, the oldest since {since:%Y-%m-%d %H:%M}"]


def _plain(words: str) -> str:
    """Return what a server said as one line that a terminal may be given."""
    return quoted(" ".join(words.split()), marks="")


def _for_people(lag: timedelta | None) -> str:
    """Say how old the oldest unsent entry is."""
    if lag is None:
        return "none"
    seconds = round(lag.total_seconds())
    for name, length in (("d", 86_400), ("h", 3_600), ("min", 60)):
        if seconds >= length:
            return f"{seconds // length} {name}"
    return f"{seconds} s"
