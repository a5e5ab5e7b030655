"""The doctor: every fault is found, told with its remedy, and no secret with it."""

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from pydantic import SecretStr
from scripted_model import Call, running, says, sends, status

from bot.maintenance.checks import sources_folder, state_folder
from bot.maintenance.connections import judging_server, model_server, telegram
from bot.settings import Settings

TOKEN = SecretStr("123:s3cret")
KEY = SecretStr("s3cret")
Serve = Callable[[dict[str, tuple[int, object]]], str]


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Serve fixed replies by path over HTTP on loopback."""
    servers: list[ThreadingHTTPServer] = []

    def start(replies: dict[str, tuple[int, object]]) -> str:
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                status, body = replies.get(self.path, (404, {}))
                self.send_response(status)
                self.end_headers()
                self.wfile.write(json.dumps(body).encode())

            def do_POST(self) -> None:
                self.rfile.read(int(self.headers["Content-Length"]))
                self.do_GET()

            def log_message(self, *args: object) -> None:
                """Stay quiet."""

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        servers.append(server)
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        return f"http://127.0.0.1:{server.server_port}"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.fixture
def nowhere(serve: Serve, port: int) -> str:
    """An address that nobody answers."""
    return f"http://127.0.0.1:{port}"


def test_the_bot_is_named_when_telegram_knows_the_token(serve):
    url = serve(
        {
            f"/bot{TOKEN.get_secret_value()}/getMe": (
                200,
                {"ok": True, "result": {"username": "chidan_bot"}},
            )
        }
    )

    finding = telegram(TOKEN, f"{url}/bot")

    assert finding.well
    assert "@chidan_bot" in finding.found


def test_without_a_token_there_is_nothing_to_check():
    assert telegram(None, "http://127.0.0.1:1/bot").well


@pytest.mark.parametrize(
    "reply", [(401, {"ok": False}), (404, {}), (500, {}), (200, {"ok": True}), (200, "lạ")]
)
def test_a_token_refused_or_a_strange_server_is_a_fault_without_the_token(serve, reply):
    url = serve({f"/bot{TOKEN.get_secret_value()}/getMe": reply})

    finding = telegram(TOKEN, f"{url}/bot")

    assert not finding.well
    assert finding.remedy
    assert "s3cret" not in finding.found + finding.remedy


def test_nobody_answering_for_telegram_is_a_fault_without_the_token(nowhere):
    finding = telegram(TOKEN, f"{nowhere}/bot")

    assert not finding.well
    assert "s3cret" not in finding.found + finding.remedy


MODELS = (200, {"data": [{"id": "qwen"}]})


def test_a_model_server_with_the_model_is_well(serve):
    said = {"choices": [{"message": {"content": "có"}, "finish_reason": "stop"}]}
    url = serve({"/v1/models": MODELS, "/v1/chat/completions": (200, said)})

    assert model_server(f"{url}/v1", KEY, "qwen").well
    assert model_server(f"{url}/v1", None, "").well


def test_a_model_that_the_server_lacks_is_named_with_those_it_has(serve):
    url = serve({"/v1/models": (200, {"data": [{"id": "qwen"}]})})

    finding = model_server(f"{url}/v1", KEY, "gemma")

    assert not finding.well
    assert "gemma" in finding.found
    assert "qwen" in finding.remedy


@pytest.mark.parametrize("reply", [(401, {}), (200, {"models": []}), (200, [])])
def test_a_model_server_that_refuses_or_answers_nonsense_is_a_fault(serve, reply):
    url = serve({"/v1/models": reply})

    finding = model_server(f"{url}/v1", KEY, "qwen")

    assert not finding.well
    assert "s3cret" not in finding.found + finding.remedy


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        ((401, {}), "không nhận khoá"),
        ((404, {}), "không có mô hình"),
        ((500, {"error": "s3cret"}), "báo lỗi 500"),
        ((200, {"choices": []}), "thiếu câu trả lời"),
    ],
)
def test_a_model_that_is_listed_but_does_not_answer_is_a_fault(serve, reply, words):
    url = serve({"/v1/models": MODELS, "/v1/chat/completions": reply})

    finding = model_server(f"{url}/v1", KEY, "qwen")

    assert not finding.well
    assert words in finding.found
    assert "s3cret" not in finding.found + finding.remedy


def test_no_model_server_where_one_is_set_is_a_fault(nowhere):
    assert not model_server(f"{nowhere}/v1", None, "").well


def test_no_model_server_set_is_well():
    assert model_server(None, None, "").well


def test_sources_are_counted_subfolders_included(tmp_path):
    (tmp_path / "con").mkdir()
    (tmp_path / "a.md").touch()
    (tmp_path / "con" / "b.md").touch()

    finding = sources_folder(tmp_path)

    assert finding.well
    assert "2 tệp" in finding.found


def test_missing_or_empty_sources_are_a_fault(tmp_path):
    assert not sources_folder(tmp_path / "không có").well
    assert not sources_folder(tmp_path).well
    (tmp_path / "tệp").touch()
    assert not sources_folder(tmp_path / "tệp").well


def test_a_state_folder_is_made_and_tried(tmp_path):
    assert state_folder(tmp_path / "mới" / "var").well
    assert list((tmp_path / "mới" / "var").iterdir()) == []


def test_a_state_folder_that_cannot_be_is_a_fault(tmp_path):
    (tmp_path / "tệp").touch()

    finding = state_folder(tmp_path / "tệp" / "var")

    assert not finding.well
    assert "STATE_DIR" in finding.remedy


def test_a_server_that_refuses_a_field_of_questions_is_asked_without_it_and_that_is_told():
    async def reply(call: Call) -> None:
        if any(message["role"] == "system" for message in call.body["messages"]):
            await status(400, b'{"error": {"message": "System role not supported"}}')(call)
        else:
            await says("Có.")(call)

    with running() as server:
        server.listing, server.usual = sends(json.dumps(MODELS[1]).encode()), reply

        finding = model_server(server.url, None, "qwen")

    assert finding.well
    assert "không nhận system" in finding.found
    assert server.requests[1].body["stream"]


def test_what_a_server_says_when_it_refuses_is_shown():
    with running() as server:
        server.listing = sends(json.dumps(MODELS[1]).encode())
        server.usual = status(400, b'{"error": {"message": "hosted model is asleep"}}')

        finding = model_server(server.url, KEY, "qwen")

    assert not finding.well
    assert "hosted model is asleep" in finding.found


@pytest.mark.parametrize(
    ("listed", "words"),
    [
        ({"id": "qwen", "max_model_len": 8192}, "Ngữ cảnh 8192 token"),
        ({"id": "qwen"}, "không nói cỡ ngữ cảnh"),
    ],
)
def test_the_context_size_is_told_or_asked_to_be_set(listed, words):
    with running() as server:
        server.listing = sends(json.dumps({"data": [listed]}).encode())
        server.usual = says("Có.")

        assert words in model_server(server.url, None, "qwen").found


def test_forms_of_answers_that_the_server_keeps_to_are_offered():
    async def keeps(call: Call) -> None:
        if "response_format" in call.body:
            await says('{"probe": "xin-chao"}')(call)
        elif "grammar" in call.body:
            await status(400, b'{"error": "grammar?"}')(call)
        else:
            await says("Có.")(call)

    with running() as server:
        server.listing, server.usual = sends(json.dumps(MODELS[1]).encode()), keeps

        finding = model_server(server.url, None, "qwen")

    assert finding.well
    assert finding.found.endswith("Có thể đặt LLM_FORMAT=json.")


def test_another_server_or_model_of_the_second_call_is_tried_too(port):
    known = {"llm_base_url": "http://127.0.0.1:9/v1", "llm_model": "m"}
    dead = f"http://127.0.0.1:{port}/v1"

    assert list(judging_server(Settings(_env_file=None, **known))) == []
    off = Settings(_env_file=None, **known, llm_check_base_url=dead, llm_check="off")
    assert list(judging_server(off)) == []
    [finding] = judging_server(Settings(_env_file=None, **known, llm_check_base_url=dead))

    assert not finding.well
    assert finding.found.startswith(f"Lần hai (LLM_CHECK): Máy chủ mô hình {dead}")
