"""From files to answers: submit files, recipes of software, Slurm scripts, and bundles that the planner made."""
