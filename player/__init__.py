"""kahani: interactive audio stories in the terminal."""
