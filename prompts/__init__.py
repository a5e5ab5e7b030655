"""The prompts: one Markdown file each, put together as LangChain's prompt templates.

Owns finding them; what the words ask for is in the files, with what is filled in as `{field}`.
"""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from langchain_core.prompts import ChatPromptTemplate


@cache
def chat_prompt(system: str, human: str) -> ChatPromptTemplate:
    """Return the template of a system and a human message from the files of these names.

    >>> sorted(chat_prompt("answer", "question").input_variables)
    ['form', 'mark', 'passages', 'question', 'refusal', 'understood']

    Raises FileNotFoundError for an unknown prompt; the template KeyError for a field left out.
    """
    from langchain_core.prompts import ChatPromptTemplate  # a model alone needs it

    return ChatPromptTemplate.from_messages(
        [("system", prompt_text(system)), ("human", prompt_text(human))]
    )


def prompt_text(name: str) -> str:
    """Return the words of a prompt as they stand in its file; raises FileNotFoundError."""
    return resources.files(__name__).joinpath(f"{name}.md").read_text(encoding="utf-8")
