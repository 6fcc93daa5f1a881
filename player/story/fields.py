"""Typed reading of one mapping of a story file; every fault is noted, none stops the reading."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Final

from player.story.cleaning import normalised, quoted
from player.story.clips import TEXT_KEY, split_key, text_key
from player.story.problems import Problems
from player.story.source import MAX_BYTES, Listing, Refused, Scalar, Table, Value

Path = tuple[str, ...]

SLUG: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
LANGUAGE: Final = re.compile(r"[a-z]{2,3}(?:-[a-z0-9]{1,8})*")
MAX_LANGUAGE: Final = 10
MAX_FLAGS: Final = 1_000
_FLAG: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,49}")
_NUMBER: Final = re.compile(r"\d+(\.\d+)?")
_YES: Final = frozenset({"true", "yes", "on"})
_NO: Final = frozenset({"false", "no", "off"})
_NULL: Final = frozenset({"", "~", "null"})


class Fields:
    """The entries of one table.

    Every reader returns a usable value: None, or an empty collection, where there is none or where
    it is wrong; what is wrong stands in `problems`.
    """

    def __init__(
        self, table: Table, path: Path, problems: Problems, known: Collection[str]
    ) -> None:
        self.table = table
        self.path = path
        self.problems = problems
        for key, line in table.lines.items():
            if key not in known:
                said = f"unknown key {quoted(key)}{problems.meant(key, known)}"
                problems.error(line, (*path, key), "unknown-key", said)

    def __contains__(self, name: str) -> bool:
        return name in self.table.entries

    def line(self, name: str) -> int:
        """Return the line of `name`, or of the table where it is missing."""
        return self.table.lines.get(name, self.table.line)

    def error(self, name: str, code: str, said: str) -> None:
        """Note an error at `name`."""
        self.problems.error(self.line(name), (*self.path, name), code, said)

    def value(self, name: str, *, required: bool) -> Value | None:
        """Return what stands at `name`; null counts as missing."""
        value = self.table.entries.get(name)
        is_null = isinstance(value, Scalar) and value.is_plain and value.text in _NULL
        if value is None or (is_null and not required):
            if required:
                self.error(name, "missing", "is missing")
            return None
        if isinstance(value, Refused):
            return None
        return value

    def scalar(self, name: str, *, required: bool, what: str) -> str | None:
        """Return the word at `name`, as written."""
        value = self.value(name, required=required)
        if value is None:
            return None
        if not isinstance(value, Scalar):
            self.error(name, "wrong-type", f"must be {what}, not {_kind(value)}")
            return None
        return value.text

    def text(self, name: str, limit: int, *, required: bool = False) -> str | None:
        """Return the text at `name`, normalised, of at most `limit` characters."""
        raw = self.scalar(name, required=required, what="text")
        if raw is None:
            return None
        text = normalised(raw)
        if not text:
            self.error(name, "empty", "is empty")
            return None
        if len(text) > limit:
            self.error(name, "too-long", f"has {len(text):,} characters; at most {limit:,} fit")
            return None
        return text

    def slug(self, name: str, limit: int, *, required: bool = False) -> str | None:
        """Return the name for machines at `name`: lower-case words joined by hyphens."""
        text = self.text(name, limit, required=required)
        if text is not None and not SLUG.fullmatch(text):
            said = f"{quoted(text)} must be of a-z, 0-9 and single hyphens, like clever-crow"
            self.error(name, "bad-slug", said)
            return None
        return text

    def language(self, name: str) -> str | None:
        """Return the language code at `name`."""
        text = self.text(name, MAX_LANGUAGE, required=True)
        if text is not None and not LANGUAGE.fullmatch(text):
            self.error(name, "bad-language", f"{quoted(text)} is no language code like hi or it")
            return None
        return text

    def one_of(self, name: str, options: Collection[str], default: str | None) -> str | None:
        """Return the word at `name` if it is one of `options`; required where no default is."""
        text = self.text(name, 50, required=default is None)
        if text is None:
            return default
        if text not in options:
            meant = self.problems.meant(text, options)
            said = f"{quoted(text)} is none of {', '.join(sorted(options))}{meant}"
            self.error(name, "bad-value", said)
            return default
        return text

    def flag(self, name: str) -> bool | None:
        """Return the yes or no at `name`."""
        raw = self.scalar(name, required=False, what="true or false")
        if raw is None:
            return None
        word = raw.strip().lower()
        if word not in _YES | _NO:
            self.error(name, "wrong-type", f"must be true or false, not {quoted(raw)}")
            return None
        return word in _YES

    def number(self, name: str, *, least: float, most: float, decimals: int = 0) -> float | None:
        """Return the number at `name` within its bounds, with at most `decimals` decimals."""
        what = f"a number from {least:g} to {most:g}"
        raw = self.scalar(name, required=False, what=what)
        if raw is None:
            return None
        found = _NUMBER.fullmatch(raw.strip()) if len(raw) <= 20 else None  # noqa: PLR2004 - digits of any number
        if found is None or not least <= float(raw) <= most:
            self.error(name, "wrong-type", f"must be {what}, not {quoted(raw)}")
            return None
        if len(found.group(1) or ".") - 1 > decimals:
            said = f"{quoted(raw)} has more than {decimals} decimals"
            self.error(name, "wrong-type", said)
            return None
        return float(raw)

    def mapping(self, name: str, *, required: bool = False) -> Table | None:
        """Return the mapping at `name`."""
        value = self.value(name, required=required)
        if value is None or isinstance(value, Table):
            return value
        self.error(name, "wrong-type", f"must be a mapping, not {_kind(value)}")
        return None

    def flags(self, name: str) -> frozenset[str]:
        """Return the flag names at `name`: a list, or one word."""
        value = self.value(name, required=False)
        if value is None:
            return frozenset()
        items = value.items if isinstance(value, Listing) else [value]
        words = [item for item in items if isinstance(item, Scalar)]
        if len(words) < sum(1 for item in items if not isinstance(item, Refused)):
            self.error(name, "wrong-type", "must be a list of flags, like [has-rope]")
        good = frozenset(word.text for word in words if _FLAG.fullmatch(word.text))
        for word in words:
            if word.text not in good:
                said = f"{quoted(word.text)} is no flag name like has-rope"
                self.problems.error(word.line, (*self.path, name), "bad-flag", said)
        return good

    def texts(self, name: str, *, required: bool = False) -> dict[str, str]:
        """Return the texts at `name` by language or language@mix."""
        table = self.mapping(name, required=required)
        if table is None:
            return {}
        inner = Fields(table, (*self.path, name), self.problems, table.entries)
        if required and not table.entries:
            self.error(name, "empty", "has no text in any language")
        found = {}
        for key in table.entries:
            match = TEXT_KEY.fullmatch(key)
            if match is None or len(match.group(1)) > MAX_LANGUAGE:
                said = f"{quoted(key)} is no language like hi, nor a mix like hi-mixed@0.30"
                inner.error(key, "bad-language", said)
            elif text := inner.text(key, MAX_BYTES, required=True):
                found[text_key(*split_key(key))] = text
        return found


def _kind(value: Value) -> str:
    if isinstance(value, Scalar):
        return quoted(value.text, 30) if value.text else "empty"
    return "a list" if isinstance(value, Listing) else "a mapping"
