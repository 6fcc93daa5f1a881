"""The drawn caption: the line being heard, shaped as it should be, in any terminal."""
