"""questions.yaml -> frozen models, or every error with its line and column."""
