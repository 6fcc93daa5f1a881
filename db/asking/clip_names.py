"""What the clips of stories are called, for whoever looks whether they are here."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Final

from sqlalchemy import Connection

_NAMES: Final = """
SELECT s.slug, a.language_code, a.checksum
FROM json_each(:slugs) wanted
JOIN stories s ON s.slug = wanted.value
JOIN story_nodes n ON n.story_id = s.id
JOIN audio_files a ON a.node_id = n.id
UNION ALL
SELECT c.id, json_extract(clip.value, '$.language'), json_extract(clip.value, '$.checksum')
FROM json_each(:slugs) wanted
JOIN content c ON c.id = wanted.value AND c.story_id IS NULL,
    json_each(c.metadata, '$.clips') clip
"""


def clip_names(connection: Connection, slugs: Iterable[str]) -> dict[str, dict[str, set[str]]]:
    """Return the checksums of the clips of these stories, by slug and language."""
    found: dict[str, dict[str, set[str]]] = {}
    wanted = {"slugs": json.dumps(list(slugs))}
    for slug, language, checksum in connection.exec_driver_sql(_NAMES, wanted):
        found.setdefault(slug, {}).setdefault(language or "", set()).add(checksum or "")
    return found
