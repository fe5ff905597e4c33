"""Small models: how many tasks there are, which cards match, and the ways to run the work."""
