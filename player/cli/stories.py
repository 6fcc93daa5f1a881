"""kahani import, export, check: stories as files."""
