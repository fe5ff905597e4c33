"""From files to answers: submit files, software recipes, Slurm scripts, and bundles that the planner generated."""
