"""Small models: how many tasks there are, which GPUs match, and how the work can be run."""
