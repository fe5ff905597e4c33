"""Pictures of a plan as SVG, each with the table behind it: page, guide and examples draw with the same functions.

Colours come from the style sheet by class (``ink``, ``quiet``, ``yes``, ``no``, ``asked``, ``part-1`` …), so one picture serves both
colour schemes. Nothing here computes a figure: the plan has decided everything that is drawn.
"""

from planner.pictures.bars import cards, ways
from planner.pictures.drawing import Picture
from planner.pictures.flow import workflow
from planner.pictures.sums import disk

__all__ = ["Picture", "cards", "disk", "ways", "workflow"]
