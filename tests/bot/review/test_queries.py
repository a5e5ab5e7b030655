"""Reading the log: filters, full text without regard to diacritics, figures, safe exports."""

import csv
import io
import json
from datetime import UTC, date, datetime, timedelta

import pytest
from openpyxl import load_workbook
from sqlite_utils import Database

from bot.log.exchanges import Conversations
from bot.log.migrations import MIGRATIONS
from bot.log.votes import Reason, Vote, Votes
from bot.review.export import as_csv, as_jsonl, as_xlsx, safe
from bot.review.queries import Filter, PeriodUnclear, count, entry, find, since, with_evidence
from bot.review.rendering import entry_text, figures_text
from bot.review.statistics import figures
from retrieval.evaluation.cases import load_cases
from retrieval.models import Answer, Kind, Quote, Refusal, RefusalReason, Source

NOW = datetime.now(UTC)
SOURCE = Source("nguon-1", "một.md", "Tiêu đề", "Báo Thử", date(2024, 6, 14), "http://a")


def answer(lead: str, quote: str = "", ms: float = 10.0) -> Answer:
    quotes = (Quote(SOURCE, 0, len(quote), quote),) if quote else ()
    kind = Kind.ANSWER if quote else Kind.NOT_FOUND
    return Answer("", kind, lead, quotes, confidence=0.7, timings_ms={"search": 3, "total": ms})


@pytest.fixture
def log(tmp_path):
    with Conversations(tmp_path / "state" / "logs.db") as log:
        yield log


def asked(log, question, reply=None, *, days=0, chat=-5, person=7, name="Lan") -> int:
    moment = NOW - timedelta(days=days)
    exchange = log.record(None, chat, None, person, name, 1, question, moment)
    if reply:
        log.finish(exchange, reply)
    return exchange


def found(log, **wanted) -> list[str]:
    return [row["question"] for row in find(log.file, Filter(**wanted))]


@pytest.mark.parametrize(
    "typed", ["dang vien", "đảng viên", "ĐẢNG VIÊN", "Đa\u0309ng viên", "viên, đảng!"]
)
def test_words_are_found_with_or_without_diacritics(log, typed):
    asked(log, "Kết nạp bao nhiêu Đảng viên?")
    asked(log, "Ai chủ trì?", answer("Theo báo:", "Toàn thể đảng viên dự họp."))
    asked(log, "Họp ngày nào?", answer("Không có."))

    assert found(log, search=typed) == ["Ai chủ trì?", "Kết nạp bao nhiêu Đảng viên?"]


def test_what_changes_is_found_as_it_is_now(log):
    exchange = asked(log, "Câu cũ", answer("Theo báo:", "lời dẫn đầu"))
    log.finish(exchange, answer("Theo báo:", "lời dẫn sau"))
    log.revise(-5, 1, "Câu mới", NOW - timedelta(hours=1))

    assert [found(log, search=words) for words in ("cũ", "đầu")] == [[], []]
    assert [found(log, search=words) for words in ("mới", "sau")] == [["Câu mới"]] * 2


@pytest.mark.parametrize("typed", ['"', "*", "a OR", "NEAR(", "question:x", "???"])
def test_no_search_is_an_error(log, typed):
    asked(log, "một câu")

    assert found(log, search=typed) == []


def test_what_stood_in_the_log_before_is_found_too(tmp_path):
    database = Database(tmp_path / "logs.db")
    MIGRATIONS.apply(database, stop_before="m009_full_text")
    database.table("exchanges").insert(
        {"question": "Đảng bộ nào?", "asked_at": NOW.isoformat(), "recorded_at": ""}
        | dict.fromkeys(("forgotten", "revision"), 0)
    )
    database.close()

    with Conversations(tmp_path / "logs.db") as log:
        assert found(log, search="dang bo") == ["Đảng bộ nào?"]


def test_filters_narrow_down(log):
    good = asked(log, "hay", answer("Theo báo:", "Hay lắm."))
    bad = asked(log, "dở", answer("Không có."), chat=-6)
    log.fail(asked(log, "hỏng"), "đứt mạng")
    asked(log, "chờ", days=3)
    Votes(log.file).cast(good, 8, Vote.UP)
    Votes(log.file).explain(bad, 8, reason=Reason.OTHER, words="thiếu số")

    assert found(log, kind="answer") == found(log, vote="up") == ["hay"]
    assert found(log, kind="not_found") == found(log, vote="down") == found(log, chat=-6) == ["dở"]
    assert (found(log, kind="error"), found(log, kind="pending")) == (["hỏng"], ["chờ"])
    assert found(log, until=NOW - timedelta(days=2)) == ["chờ"]
    assert count(log.file, Filter(since=NOW - timedelta(days=1))) == 3
    assert found(log, kind="answer", search="lam") == ["hay"]


def test_an_exchange_comes_with_its_evidence(log):
    exchange = asked(log, "hỏi", answer("Theo báo:", "Lời dẫn."))
    Votes(log.file).explain(exchange, 7, words="thiếu")
    Votes(log.file).hand_over(exchange, 7)

    shown = entry(log.file, exchange)

    assert shown["quoted"][0]["text"] == "Lời dẫn."
    assert (shown["votes"][0]["words"], shown["votes"][0]["person"]) == ("thiếu", "Lan")
    assert shown["handed_over"] is True
    assert entry(log.file, 999) is None


def test_figures_of_a_period(log):
    for ms in range(1, 101):
        asked(log, "câu", answer("Theo báo:", "Lời.", ms))
    for question in ("Lạ?", "lạ", "khác"):
        asked(log, question, answer("Không có.", ms=1000))
    asked(log, "xưa", answer("Không có."), days=40)

    told = figures(log.file, NOW - timedelta(days=30), NOW + timedelta(minutes=1))

    assert (told["total"], told["kinds"]) == (103, {"answer": 100, "not_found": 3})
    assert told["answered"] == pytest.approx(100 / 103)
    assert (told["p50_ms"], told["p95_ms"]) == (52, 98)
    assert (told["unanswered"][0]["times"], told["sources"][0]["times"]) == (2, 100)
    assert sum(day["questions"] for day in told["days"]) == 103


def test_why_questions_were_not_answered_is_shown_counted_and_exported(log):
    for reason in ("weak_evidence", "empty_index", "weak_evidence"):
        refusal = Refusal(RefusalReason(reason))
        shown = asked(log, reason, Answer("", Kind.NOT_FOUND, refusal=refusal))
    asked(log, "cũ", answer("Không có."))

    told = figures(log.file, NOW - timedelta(days=30), NOW + timedelta(minutes=1))
    rows = find(log.file, Filter())

    assert told["refusals"] == {"weak_evidence": 2, "empty_index": 1}
    assert "bằng chứng yếu: 2" in figures_text(told)
    assert "bằng chứng yếu" in entry_text(entry(log.file, shown))
    assert [row["refusal"] for row in rows][:2] == ["", "weak_evidence"]
    rows = with_evidence(log.file, rows)
    assert "bằng chứng yếu" in as_csv(rows).decode()
    assert "weak_evidence" in as_jsonl(rows).decode()


def test_figures_of_an_empty_log(log):
    told = figures(log.file, NOW - timedelta(days=30), NOW)

    assert (told["total"], told["answered"], told["p95_ms"]) == (0, None, None)


RUN = ["=1+1", "+84", "-1+2", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "  =1", "＝1"]


@pytest.mark.parametrize("cell", RUN)
def test_no_cell_runs_in_a_spreadsheet(log, cell):
    asked(log, cell, name=cell)
    rows = with_evidence(log.file, find(log.file, Filter()))

    (_, row) = csv.reader(io.StringIO(as_csv(rows).decode("utf-8-sig")))
    _, sheet = load_workbook(io.BytesIO(as_xlsx(rows))).active.iter_rows()

    assert row[5].startswith("'")
    assert row[3].startswith("'")
    assert sheet[5].value.startswith("'")
    assert "f" not in {c.data_type for c in sheet}
    assert json.loads(as_jsonl(rows))["question"] == cell
    assert (safe("a-1"), safe(-5), safe("Đảng")) == ("a-1", -5, "Đảng")


def test_periods():
    at = datetime(2026, 11, 21, 12, tzinfo=UTC)

    assert since("7d", at) == at - timedelta(days=7)
    assert since("36H", at) == at - timedelta(hours=36)
    assert since("2026-11-01", at).date() in {date(2026, 11, 1), date(2026, 10, 31)}
    with pytest.raises(PeriodUnclear, match="7d"):
        since("hôm qua", at)


def test_the_terminal_filters_shows_and_counts(chidan, log):
    first = asked(log, "Có bao nhiêu đảng viên?", answer("Theo báo:", "Có 12 người."))
    asked(log, "=1+1")

    listed = chidan("logs", "--search", "dang vien", "--since", "7d").stdout
    shown = chidan("logs", "show", str(first)).stdout
    stats = json.loads(chidan("logs", "stats", "--json").stdout)
    sheet = chidan("logs", "--csv").stdout
    plain = chidan("logs").stdout
    unclear = chidan("logs", "--since", "hôm qua")

    assert (listed.count("\n"), "đảng viên" in listed) == (1, True)
    assert "“Có 12 người.”" in shown
    assert "nguon-1 [0:12]" in shown
    assert stats["kinds"] == {"answer": 1, "pending": 1}
    assert "Trả lời được: 100%" in chidan("logs", "stats").stdout
    assert "'=1+1" in sheet
    assert "\t'=1+1\t" in plain
    assert (unclear.returncode, len(unclear.stderr.splitlines())) == (1, 1)
    assert chidan("logs", "show", "999").returncode == 1


def test_an_exchange_becomes_a_case_that_eval_reads(chidan, log, tmp_path):
    first = asked(log, "Có bao nhiêu đảng viên?", answer("Theo báo:", "Có 12 người."))
    asked(log, "Còn năm 2023?", answer("Không có."))

    for number in (first, first + 1):
        assert chidan("logs", "to-eval", str(number), "--must", "12 người").returncode == 0
    again = chidan("logs", "to-eval", str(first), "--must", "12 người")
    unknown = chidan("logs", "to-eval", "99", "--must", "x")

    one, two = load_cases(tmp_path / "log-cases.jsonl").cases
    assert (one.question, one.must) == ("Có bao nhiêu đảng viên?", (("12 người",),))
    assert two.history[0].question == "Có bao nhiêu đảng viên?"
    assert (again.returncode, unknown.returncode) == (1, 1)
