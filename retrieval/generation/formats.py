"""The form that an answer of a model is asked in: lines, JSON by a schema, lines by a grammar.

Owns what a request carries for each form, and the schema and grammar. Lines are what every server
can do; the others are for servers that keep to them (`chidan doctor` finds out). Whatever was asked
for, `output_parser` reads what came. Pure.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from prompts import prompt_text
from retrieval.generation.prompting import REFUSAL


class AnswerFormat(StrEnum):
    """The values of the setting LLM_FORMAT."""

    LINES = "lines"
    JSON = "json"
    """`response_format` with a JSON schema: OpenAI, Gemini, vLLM, Ollama, LM Studio."""
    GRAMMAR = "grammar"
    """`grammar` in GBNF: llama.cpp."""


def _object(**properties: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


_EVIDENCE = _object(passage={"type": "integer"}, words={"type": "string"})
_CLAIM = _object(text={"type": "string"}, evidence={"type": "array", "items": _EVIDENCE})
SCHEMA = _object(claims={"type": "array", "items": _CLAIM})
"""Of an answer: `{"claims": [{"text", "evidence": [{"passage", "words"}]}]}`; none is a refusal."""
GRAMMAR = rf'''root ::= "{REFUSAL}" | claim+
claim ::= "Ý: " [^\n]+ "\n" evidence*
evidence ::= "Nguồn " [0-9] [0-9]? ": “" [^\n”]+ "”\n"
'''


def request_options(form: AnswerFormat) -> dict[str, Any]:
    """Return what a request for an answer in this form carries.

    >>> sorted(request_options(AnswerFormat.GRAMMAR)), request_options(AnswerFormat.LINES)
    (['grammar'], {})
    """
    match form:
        case AnswerFormat.JSON:
            schema = {"name": "answer", "strict": True, "schema": SCHEMA}
            return {"response_format": {"type": "json_schema", "json_schema": schema}}
        case AnswerFormat.GRAMMAR:
            return {"grammar": GRAMMAR}
        case AnswerFormat.LINES:
            return {}


def instructions(form: AnswerFormat) -> str:
    """Return what the prompt says of the form beyond lines, "" where these are asked for."""
    return prompt_text("json") if form is AnswerFormat.JSON else ""
