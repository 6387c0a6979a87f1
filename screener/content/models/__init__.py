"""The frozen models of the content file."""
