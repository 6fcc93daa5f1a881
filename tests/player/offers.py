"""Keeps the offer of a place, as it is kept when the places of two machines meet."""

from __future__ import annotations

import json

from db.store import Store
from db.types import now, to_text
from db.values import set_value
from player.recording.places import SavedPlace
from player.session import Session
from player.story.graph import Story


def offered(store: Store, well: Story, node_key: str) -> None:
    """Offer the node of this key, heard in the kitchen just now."""
    session = Session.begin(well, language="hi", mix=0.0, node_key=node_key)
    place = {
        "slug": well.slug,
        "state": SavedPlace.of(session, 0).to_json(),
        "percentage": 40.0,
        "is_completed": False,
        "updated_at": to_text(now()),
    }
    kept = json.dumps({"place": place, "is_here": False, "device": "kitchen"})
    store.write_later(lambda tx: set_value(tx, f"offer:{well.slug}", kept)).result()
