"""A planner for machine-learning workflows on HTCondor pools.

A plan flows one way through pure functions: answers + pool → rules → plan → files.

==============  ====================================================================================
units, errors   words: amounts, and what is wrong with an input
sources, facts  where figures come from; pools, frameworks: the figures themselves
answers         what the user said: one field, one question
estimate        small models: tasks, cards that match, ways to run, places for files
advice, rules   what we make of it; engine asks the rules and makes the plan
bundle          the plan's files, and the zip
web, cli        fronts that decide nothing
==============  ====================================================================================
"""

__version__ = "0.1.0"
