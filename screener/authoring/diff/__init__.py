"""What changed between two content files, in plain words."""
