"""`screener check`: coverage, wording, reading level, pages."""
