"""Parts of the page as HTML, each from a template with autoescape on, by the names that the page knows them by."""
