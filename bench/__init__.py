"""How fast, light and steady the app is, beside the least that any Flask app would cost.

`python -m bench` prints one table; docs/performance.md says what it means.
"""
