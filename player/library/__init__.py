"""The library of this machine: stories come in from folders, are opened, and go out as files."""

from player.library.exporting import export_folder
from player.library.shelf import (
    Bundled,
    Imported,
    bundled_slugs,
    examine,
    export,
    import_bundled,
    import_folder,
    open_story,
)

__all__ = [
    "Bundled",
    "Imported",
    "bundled_slugs",
    "examine",
    "export",
    "export_folder",
    "import_bundled",
    "import_folder",
    "open_story",
]
