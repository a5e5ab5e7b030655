"""The prompts: one Markdown file each, filled by `render`.

Owns finding and filling them; what the words ask for is in the files themselves.
"""

from importlib import resources
from string import Template


def render(name: str, /, **fields: str) -> str:
    """Return the prompt `name` with its `$fields` filled in.

    >>> render("answer", passages="[1] …", question="…")  # doctest: +SKIP

    Raises FileNotFoundError for an unknown prompt and KeyError for a field that is missing.
    """
    text = resources.files(__name__).joinpath(f"{name}.md").read_text(encoding="utf-8")
    return Template(text).substitute(fields)
