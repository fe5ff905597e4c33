"""Checks of the files beside a submit file: scripts, recipes of images, lists of jobs, DAGs."""
