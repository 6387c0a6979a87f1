"""Runs the app under granian."""
