"""Ten answers over data/articles with and without a model: docs/quality/with-model.md.

    python -m tests.benchmarks.model_page

The questions are every so many-th of data/eval/questions.jsonl, so that there are ten. What the
model says is recorded (`tests/data/recorded_answers.jsonl`, written for these questions as such a
model writes them, lies among them) and streamed by a server on loopback; prompts, checks, second
call and answers are the product's own. No number of a passage is recorded: it is that of the
passage of the prompt that holds the words.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from bot.assistant.assistant import Assistant
from bot.bootstrap import build_grounded
from bot.settings import Settings
from bot.texts.answers import plain_text
from bot.texts.texts import VIETNAMESE
from retrieval.answering.chain import Answerer
from retrieval.evaluation.cases import Case
from retrieval.evaluation.scratch_index import scratch_index
from retrieval.generation.prompting import REFUSAL
from retrieval.models import QUOTES_ONLY, Answer
from retrieval.ranking.reader import Reader
from retrieval.ranking.retriever import Search
from retrieval.ranking.weights import load_ranking
from tests.benchmarks.cached_embeddings import kept_embeddings
from tests.benchmarks.model import PASSAGE
from tests.benchmarks.suites import CACHE, OWN, ROOT, suites

sys.path.append(str(ROOT / "tests"))
from scripted_model import Call, Reply, running, says

PAGE = ROOT / "docs" / "quality" / "with-model.md"
RECORDED = ROOT / "tests" / "data" / "recorded_answers.jsonl"
TEN = 10
_REWRITES = "Bạn viết lại câu hỏi nối tiếp"
_JUDGES = "KHẲNG ĐỊNH: "
_HEAD = """# Ten answers with and without a model

Every {step}-th question of `data/eval/questions.jsonl`, over `data/articles`, in the assistant's
words and language. **The model's words are recorded, not live**: they were written for these
questions in the form that the prompt asks for, as a capable model writes them, two false sentences
among them. All else is the product's: prompt, checks, second call, quotes. Written by
`python -m tests.benchmarks.model_page`.
"""

Recording = Mapping[str, Any]


def chosen(cases: Sequence[Case]) -> list[Case]:
    """Return ten questions, evenly spread."""
    return list(cases[:: len(cases) // TEN][:TEN])


def recordings(path: Path = RECORDED) -> dict[str, Recording]:
    """Return what the model says, by the id of the question."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return {entry["id"]: entry for entry in map(json.loads, lines)}


def replayed(recording: Recording) -> Reply:
    """Return the reply of a server that streams a recording and judges as it says."""
    verdicts = {claim["text"]: claim["verdict"] for claim in recording["claims"]}

    async def reply(call: Call) -> None:
        system, asked = (message["content"] for message in call.body["messages"])
        if system.startswith(_REWRITES):
            await says(recording.get("rewritten", ""))(call)
        elif _JUDGES in asked:
            listed = [part.partition("\n")[0] for part in asked.split(_JUDGES)[1:]]
            told = (f"{n}: {verdicts.get(text, 'sai')}" for n, text in enumerate(listed, 1))
            await says("\n".join(told))(call)
        else:
            await says(_written(recording, asked) or REFUSAL)(call)

    return reply


def _written(recording: Recording, asked: str) -> str:
    """Return the claims as lines, each with the number of the passage that holds its words."""
    passages = [(int(number), " ".join(text.split())) for number, text in PASSAGE.findall(asked)]
    lines = []
    for claim in recording["claims"]:
        lines.append(f"Ý: {claim['text']}")
        for words in claim["evidence"]:
            number = next((n for n, text in passages if words in text), 0)
            lines.append(f"Nguồn {number}: “{words}”")
    return "\n".join(lines)


def _both(answerer: Answerer, case: Case, recording: Recording) -> tuple[Answer, Answer]:
    """Return the answer without a model, and with the recorded one."""
    with running() as server:
        server.usual = replayed(recording)
        settings = Settings(_env_file=None, llm_base_url=server.url, llm_model="recorded")
        return asyncio.run(_asked(Assistant(answerer, build_grounded(answerer, settings)), case))


async def _asked(assistant: Assistant, case: Case) -> tuple[Answer, Answer]:
    without = await assistant.answer(case.question, case.history, QUOTES_ONLY)
    with_model = await assistant.answer(case.question, case.history)
    await assistant.aclose()
    return without, with_model


def section(case: Case, without: Answer, with_model: Answer) -> str:
    """Return a question and its two answers as Markdown."""
    before = [f"(trước đó: “{turn.question}”)" for turn in case.history]
    lines = [f"## {' '.join([case.question, *before])}", ""]
    for name, answer in (("Không có mô hình", without), ("Có mô hình (bản ghi)", with_model)):
        quoted = "\n".join(f"> {line}".rstrip() for line in plain_text(answer).splitlines())
        lines += [f"**{name}**", "", quoted, ""]
    use = with_model.model
    if use is None:
        lines += ["Mô hình không được hỏi: rõ ràng không nguồn nào trả lời.", ""]
    drops = VIETNAMESE.admin.review.entry.drops
    for said, why in use.dropped if use else ():
        claim = said.partition("\n")[0].removeprefix("Ý: ")
        reason = drops[why.reason].format(subject=why.subject)
        lines += [f"Không đưa ra: “{claim}” ({reason}).", ""]
    return "\n".join(lines)


def main() -> None:
    """Write the page."""
    embeddings = kept_embeddings()
    ranking = load_ranking(Reader.open(CACHE))
    [suite] = suites(names=[OWN])
    recorded = recordings()
    with scratch_index(suite.documents, embeddings) as (ledger, store):
        answerer = Answerer(Search(ledger.snapshot, store, embeddings, ranking), ranking)
        sections = [
            section(case, *_both(answerer, case, recorded[case.id])) for case in chosen(suite.cases)
        ]
    head = _HEAD.format(step=len(suite.cases) // TEN)
    PAGE.write_text("\n".join([head, *sections]).rstrip() + "\n", encoding="utf-8")
    embeddings.close()


if __name__ == "__main__":
    main()
