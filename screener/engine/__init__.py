"""Answers -> what to show and which question comes next. Pure; no Flask."""
