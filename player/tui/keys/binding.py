"""Keys bound anew: what is wrong with them, and what the app is told."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from types import MappingProxyType
from typing import Final, TypeAlias

from textual.binding import Binding

from player.tui.keys.naming import UNBOUND, display, normal

Chosen: TypeAlias = Mapping[str, Sequence[str]]
"""Keys by the id of what they do, as the listener wrote them."""

NEEDED: Final = ("app.help", "app.leave", "app.leave-now", "app.settings")
"""Without a key for these nobody finds the way out, or back here; so do all ids in .close."""

APP_KEYS: Final = "APP"


@dataclass(frozen=True, slots=True)
class Clash:
    """Why an action may not have the keys that were chosen for it; `id` is the action's."""

    id: str
    sentence: str


def screens() -> Mapping[str, tuple[Binding, ...]]:
    """Return the keys that are heard together, by the name of their screen."""
    from player.tui import keys  # noqa: PLC0415 - it imports this module

    groups = {n: v for n, v in vars(keys).items() if n.isupper() and isinstance(v, tuple)}
    everywhere = groups[APP_KEYS]
    return MappingProxyType(
        {n.lower(): (*v, *everywhere) for n, v in groups.items() if n != APP_KEYS}
    )


def actions() -> Mapping[str, Binding]:
    """Return every binding by its id."""
    return {b.id: b for bindings in screens().values() for b in bindings if b.id}


def usual(binding: Binding) -> tuple[str, ...]:
    """Return the keys that a binding has where nobody chose others."""
    return tuple(key.strip() for key in binding.key.split(","))


def keys_of(binding: Binding, chosen: Chosen) -> tuple[str, ...]:
    """Return the keys that a binding has now; none where the listener wants none."""
    names = chosen.get(binding.id or "")
    if names is None:
        return usual(binding)
    return tuple(dict.fromkeys(key for name in names if (key := normal(name))))


def keymap(chosen: Chosen) -> dict[str, str]:
    """Return what Textual is told.

    Textual takes a key away from all actions that share it when it takes it from one: so the
    others that have it are named too.
    """
    found: dict[str, str] = {}
    for bindings in screens().values():
        moved = {key for b in bindings if b.id in chosen for key in usual(b)}
        for b in bindings:
            if b.id and (b.id in chosen or moved & set(usual(b))):
                found[b.id] = ",".join(keys_of(b, chosen)) or UNBOUND
    return found


def first_clash(chosen: Chosen) -> Clash | None:
    """Return the first thing that is wrong with the keys that were chosen, None: nothing is."""
    return next(_clashes(chosen), None)


def _clashes(chosen: Chosen) -> Iterator[Clash]:
    known = actions()
    for name, keys in chosen.items():
        if name not in known:
            yield Clash(name, f"there is no action {name}{_nearest(name, known)}")
            return
        for key in keys:
            if normal(key) is None:
                yield Clash(name, f"{key!r} is no key; a key is called h, H, f2, pgup or ctrl+t.")
        if not keys and _is_needed(name):
            yield Clash(name, "it needs a key: without one nobody finds the way out.")
        if known[name].priority:
            yield from _typed(name, keys_of(known[name], chosen))
    for bindings in screens().values():
        yield from _shared(bindings, chosen)


def _typed(name: str, keys: Sequence[str]) -> Iterator[Clash]:
    """Refuse a key that one types: it would be heard while one searches."""
    for key in keys:
        if len(display(key)) == 1 or key in ("space", "enter", "backspace", "escape"):
            yield Clash(
                name,
                f"{display(key)} is typed in searches, where {name} is heard too;"
                " give it a key with ctrl, or an F key.",
            )


def _shared(bindings: Sequence[Binding], chosen: Chosen) -> Iterator[Clash]:
    """Find two actions on one key, but for those that share one where nobody chose."""
    for one, two in combinations(bindings, 2):
        if one.id == two.id or set(usual(one)) & set(usual(two)):
            continue
        both = [key for key in keys_of(one, chosen) if key in keys_of(two, chosen)]
        if both and (at_fault := two if two.id in chosen else one).id:
            other = one if at_fault is two else two
            yield Clash(
                at_fault.id,
                f'{display(both[0])} already is the key of {other.id} ("{other.tooltip}").'
                " Give one of the two another key.",
            )


def _is_needed(name: str) -> bool:
    return name in NEEDED or name.endswith(".close")


def _nearest(name: str, known: Mapping[str, Binding]) -> str:
    from difflib import get_close_matches  # noqa: PLC0415 - only where somebody mistyped

    if near := get_close_matches(name, known, n=1):
        return f"; do you mean {near[0]}?"
    return "; ? shows the keys of each screen, and settings (o) all of them."
