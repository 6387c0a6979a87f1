"""`screener diff`: what changed between two content files, in plain words."""
