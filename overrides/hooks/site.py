"""What mkdocs calls while it builds the site. Thin: the work is done by the modules beside this one."""

from functools import cache
from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import Files
from mkdocs.structure.pages import Page

from overrides.hooks import downloads, lexers, policy, search
from overrides.hooks.pages import markers
from overrides.hooks.runtime import build as runtime
from planner.web.first_page import first_page

PLANNER_TEMPLATE = "planner.html"

_runtime = cache(runtime.build)


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Let code blocks be written in HTCondor's languages."""
    lexers.register()
    return config


def on_files(files: Files, *, config: MkDocsConfig) -> Files:
    """Leave out what no page asks for: the search of other languages, and these hooks, which lie in the theme's folder."""
    left_out = ["hooks/", "licences.toml"]
    if config.theme["language"] == "en":
        left_out.append("assets/javascripts/lunr/")
    return Files([file for file in files if not file.src_uri.startswith(tuple(left_out))])


def on_page_markdown(markdown: str, *, page: Page, **_: Any) -> str:
    """Put rules, figures and tables in the places of their markers."""
    return markers.expand(markdown, page.file.src_uri)


def on_page_context(context: dict[str, Any], *, page: Page, **_: Any) -> dict[str, Any]:
    """Give the planner's template the form, the first plan, and the addresses of what runs it."""
    if _runs_python(page):
        context["planner"] = first_page()
        context["runtime"] = _runtime()
    return context


def on_post_page(output: str, *, page: Page, **_: Any) -> str:
    """Finish a page."""
    return policy.with_policy(policy.without_inline_styles(output), python=_runs_python(page))


def on_post_template(output_content: str, *, template_name: str, **_: Any) -> str:
    """Finish what the theme writes by itself; of it, 404.html is a page."""
    return policy.with_policy(output_content, python=False) if template_name.endswith(".html") else output_content


def on_post_build(config: MkDocsConfig) -> None:
    """Add what the browser loads, and put off what it need not load at once."""
    _runtime().copy_to(Path(config.site_dir))
    downloads.write_to(Path(config.site_dir) / "planner")
    search.defer_index(Path(config.site_dir))


def _runs_python(page: Page) -> bool:
    return page.meta.get("template") == PLANNER_TEMPLATE
