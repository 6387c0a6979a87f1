"""Helpers for people who work on this project. Not part of the package."""
