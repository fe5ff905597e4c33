"""The submit language of HTCondor: lines, macros, queue statements, commands. No judgement, and no pool."""
