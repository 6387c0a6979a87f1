"""What the visitor reads and every rule: questions.yaml as checked, frozen models."""
