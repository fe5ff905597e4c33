"""Figures of the world, each with its source: the reader, the sources, and the records that it fills."""
