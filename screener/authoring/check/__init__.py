"""Whether a content file is fit to be served: coverage, wording, reading level, pages."""
