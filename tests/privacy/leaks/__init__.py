"""Whether anything of a person's answers can be brought back after Finish or Leave."""
