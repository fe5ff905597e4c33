"""A planner for machine-learning workflows on HTCondor pools.

A plan flows one way through pure functions: answers + pool → rules → plan → files. From the lowest layer up:

================================  ===================================================================
units, errors                     amounts and times; what is wrong with an input
sentences, templates              plurals and lists in sentences; where templates are
usage                             what jobs really used
facts                             values with their sources: pools, frameworks, hold reasons
submit, logs                      what HTCondor reads and writes: submit files, event logs
answers                           what the user said: one field, one question
estimate                          small models: tasks, GPUs that match, ways to run, places for files
advice, rules, engine             what we make of it; the engine asks the rules and makes the plan
examples, plan_changes            answers to begin from; what a new plan changes
bundle                            the plan's files, and the zip
incoming                          what is this file; what do these logs change
review, importing                 what is wrong in files that people have; answers from such files
pictures                          a plan drawn as SVG
web, cli                          front ends, which decide nothing
================================  ===================================================================
"""

__version__ = "0.1.0"
