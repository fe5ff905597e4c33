"""Rules of the third stage: checkpoints and watching."""
