"""Rules of the first stage: the software."""
