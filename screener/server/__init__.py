"""Serves the app with granian."""
