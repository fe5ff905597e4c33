"""Review: what is wrong in files that people already have, and how to mend it."""
