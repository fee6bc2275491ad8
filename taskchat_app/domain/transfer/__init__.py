"""Tasks as files of other programs: reading, writing, and the turn of an import."""
