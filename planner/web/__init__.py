"""The page's side of the planner: a request comes in as JSON, a reply with parts of the page as HTML goes out.

``protocol`` answers requests and ``first_page`` makes what the page shows before Python is there; neither decides anything.
``session`` holds all that is remembered between requests, ``parts`` makes the HTML.
"""

from planner.web.protocol import handle, warm_up

__all__ = ["handle", "warm_up"]
