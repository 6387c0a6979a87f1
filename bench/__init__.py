"""Measures speed, weight and memory, and prints each figure beside its budget.

Run `python -m bench`; docs/performance.md says how to read the table.
"""
