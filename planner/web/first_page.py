"""What the page shows and does before Python is there: the site's build calls this."""

from typing import Any

from planner.advice import Level
from planner.answers import default_answers
from planner.answers.file import AnswersFile
from planner.examples import examples
from planner.facts.pools import pools
from planner.web.parts import advice, form, listings, overview
from planner.web.protocol import changed_parts, reply_open, reply_plan
from planner.web.session import session


def first_page() -> dict[str, Any]:
    """Return the HTML that the page shows before Python is there: the form, the plan of the defaults, the examples.

    ``digests`` are those of its parts, so that Python sends none of them again.
    """
    file = AnswersFile(default_answers())
    plan, files = session().make(file)
    advice_by_level, listing_parts = advice.advice(plan), listings.listings(plan, files, {})
    parts = {
        **overview.overview(plan, files),
        **form.beside_questions(plan),
        "tree": listings.tree(files, {}),
        "changes": "",
    }
    all_parts = {**parts, **listing_parts}
    for members in advice_by_level.values():
        all_parts.update(members)
    return {
        "digests": {name: digest for name, (_, digest) in changed_parts(all_parts, {}).items()},
        "form": form.form(plan),
        "examples": overview.examples(
            {name: session().plan(AnswersFile(example.answers)) for name, example in examples().items()}
        ),
        "listings": list(listing_parts.items()),
        "levels": [(level, Level(level).word, list(members.items())) for level, members in advice_by_level.items()],
        "pools": [(key, pool.name) for key, pool in pools().items() if key != file.answers.pool],
        **parts,
    }


def replies_for_example(name: str) -> dict[str, Any]:
    """Return the replies by which the page takes an example as long as Python is not there to give them."""
    opened = reply_open({"kind": "example", "text": name})
    return {"open": opened, "plan": reply_plan({"answers": opened["texts"]})}
