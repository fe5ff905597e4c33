"""The questions, stage by stage: each field is one question."""
