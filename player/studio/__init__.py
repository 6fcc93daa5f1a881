"""The voice studio: how authors turn the text of a story into clips with their times."""
