"""For those who write and review a content file: checks, reports, comparisons, reloading."""
