"""How good the ranking is on the portal's own sets, and the command that measures it."""

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from matching.recommendation import Case
from matching.recommendation.evaluation import (
    SETS,
    EvaluationSet,
    Malformed,
    embed,
    measures,
    ndcg,
    rankings_of,
    read_set,
    set_of,
    trigram_rankings,
)
from tests.matching.evaluation_vectors import KeptEmbedder, key
from tomoiki.embedded.state import CHECKOUT
from tomoiki.text.embeddings import in_process

PYTHON = sys.executable
MODES = ("all fields", "no municipalities", "title and body")


@pytest.fixture(scope="module")
def held_out() -> list[EvaluationSet]:
    """The held-out sets with their vectors."""
    return [with_vectors(read_set(path)) for path in sorted(SETS.glob("held-out-*.json"))]


def with_vectors(found: EvaluationSet) -> EvaluationSet:
    embedder = KeptEmbedder()
    return EvaluationSet(embed(found.needs, embedder), embed(found.offers, embedder), found.relevant)


def without(found: EvaluationSet, mode: str, *, vectors: bool = True) -> EvaluationSet:
    def cut(case: Case) -> Case:
        if mode == "no municipalities":
            case = replace(case, municipalities=(), anywhere=False)
        if mode == "title and body":
            vector, model = case.vector, case.vector_model
            case = Case(case.id, case.direction, case.title, case.body, vector=vector, vector_model=model)
        return case if vectors else replace(case, vector=None)

    return EvaluationSet([cut(each) for each in found.needs], [cut(each) for each in found.offers], found.relevant)


def mean_ndcg(sets: list[EvaluationSet], mode: str, *, vectors: bool = True) -> float:
    cut = [without(found, mode, vectors=vectors) for found in sets]
    return sum(measures(rankings_of(each)[0], each.relevant)["ndcg@5"] for each in cut) / len(cut)


@pytest.mark.parametrize(("mode", "least"), list(zip(MODES, (0.95, 0.94, 0.9), strict=True)))
def test_the_right_offers_come_first(held_out, mode, least):
    assert mean_ndcg(held_out, mode) >= least


@pytest.mark.parametrize(("mode", "least"), list(zip(MODES, (0.93, 0.92, 0.66), strict=True)))
def test_they_come_first_without_embeddings_too(held_out, mode, least):
    assert mean_ndcg(held_out, mode, vectors=False) >= least


def test_simple_ways_are_far_behind(held_out):
    for found in held_out:
        assert measures(trigram_rankings(found), found.relevant)["ndcg@5"] < 0.5


def test_what_is_near_comes_before_a_copy_of_the_words_far_away():
    found = with_vectors(read_set(SETS / "tuning-3.json"))
    assert measures(rankings_of(found)[0], found.relevant)["ndcg@5"] >= 0.87


def test_the_kept_vectors_are_those_of_the_model():
    texts = [case.text for case in read_set(SETS / "held-out-1.json").needs[:3]]
    kept = KeptEmbedder()
    assert all(key(text) in kept.known for text in texts)
    assert np.allclose(kept.queries(texts), in_process().queries(texts), atol=2e-3)


def test_the_own_sets_are_large_and_each_need_has_its_offers():
    sets = [read_set(path) for path in SETS.glob("*.json")]
    assert sum(len(found.judged) for found in sets) >= 90
    assert sum(len(found.offers) for found in sets) >= 250
    assert all(len(found.judged) == len(found.needs) for found in sets)


def test_the_measures_are_those_of_the_books():
    assert ndcg(["a", "b", "c"], frozenset("a"), 5) == 1
    assert ndcg(["b", "a", "c"], frozenset("a"), 5) == pytest.approx(0.6309, abs=1e-4)
    assert ndcg(["a", "x", "b"], frozenset("ab"), 5) == pytest.approx(0.9197, abs=1e-4)
    assert ndcg(list("123456a"), frozenset("a"), 5) == 0
    found = measures({"n": list("xa"), "m": list("b")}, {"n": frozenset("a"), "m": frozenset("bc")})
    assert found["mrr"] == 0.75
    assert found["recall@10"] == 0.75


# --- the command ---


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    """The command with an empty environment, in a folder of its own, where nothing runs."""
    return subprocess.run(
        [PYTHON, str(CHECKOUT / "manage.py"), "evaluate_matching", *arguments],
        cwd="/",
        # Where anybody asks for the database or Redis, nobody answers.
        env={"DATABASE_URL": "postgres://nobody@127.0.0.1:1/none", "REDIS_URL": "redis://127.0.0.1:1/0"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


POSTS = [
    {"id": "n1", "direction": "need", "title": "お米を分けてください"},
    {"id": 2, "direction": "offer", "title": "会議室", "resource": None, "weekdays": None},
    {"id": "o3", "direction": "offer", "title": "新米を差し上げます", "municipalities": [], "quantity": 30.0},
]


def write(folder: Path, content: object) -> str:
    path = folder / "set.json"
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return str(path)


def test_the_command_needs_nothing_and_prints_json_alone(tmp_path):
    done = run(write(tmp_path, {"posts": POSTS, "relevant": {"n1": ["o3"]}}), "--rankings")
    assert (done.returncode, done.stderr) == (0, "")
    found = json.loads(done.stdout)
    assert set(found) == {"ndcg@5", "mrr", "recall@10", "needs", "baselines", "ms_per_need", "rankings"}
    assert set(found["baselines"]) == {"trigram", "tokens", "random"}
    assert all(set(each) == {"ndcg@5", "mrr", "recall@10"} for each in found["baselines"].values())
    assert found["rankings"] == {"n1": ["o3", "2"]}
    assert found["ndcg@5"] == 1
    assert found["needs"] == 1
    assert found["ms_per_need"] > 0


def test_the_command_runs_in_an_empty_environment_on_the_portals_own_set():
    done = subprocess.run(
        [PYTHON, str(CHECKOUT / "manage.py"), "evaluate_matching", "--without-embeddings"],
        cwd="/",
        env={},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    found = json.loads(done.stdout)
    assert found["needs"] == 20
    assert "rankings" not in found


def test_a_file_that_is_none_is_told_in_one_line(tmp_path):
    done = run(write(tmp_path, "{"))
    assert done.returncode != 0
    assert done.stdout == ""
    assert len(done.stderr.strip().splitlines()) == 1
    with pytest.raises(Malformed, match="No such file"):
        read_set(tmp_path / "missing.json")


def test_what_nobody_filled_in_is_not_said():
    empty = dict.fromkeys(
        ("resource", "body", "municipalities", "themes", "weekdays", "quantity", "available_from"), ""
    )
    found = set_of({"posts": [post(**empty), post(id="m", municipalities=[""], themes=[""])]})
    assert [(each.municipalities, each.themes, each.quantity, each.anywhere) for each in found.needs] == [
        ((), (), None, False)
    ] * 2


def post(**changes: object) -> dict[str, object]:
    return {"id": "n", "direction": "need", "title": "あ"} | changes


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ([], "posts"),
        ({"posts": {}}, "posts"),
        ({"posts": ["x"]}, "post 1"),
        ({"posts": [{"direction": "need", "title": "あ"}]}, "id"),
        ({"posts": [{"id": "n", "title": "あ"}]}, "direction"),
        ({"posts": [{"id": "n", "direction": "need"}]}, "title"),
        ({"posts": [post(direction="both")]}, "direction"),
        ({"posts": [post(id=["n"])]}, "id"),
        ({"posts": [post(), post()]}, "twice"),
        ({"posts": [post(title=3)]}, "title"),
        ({"posts": [post(body=["x"])]}, "body"),
        ({"posts": [post(municipalities="14205")]}, "municipalities"),
        ({"posts": [post(themes=[1])]}, "themes"),
        ({"posts": [post(weekdays=[7])]}, "weekdays"),
        ({"posts": [post(weekdays=["月"])]}, "weekdays"),
        ({"posts": [post(available_from="来週")]}, "available_from"),
        ({"posts": [post(quantity="たくさん")]}, "quantity"),
        ({"posts": [post(quantity=-1)]}, "quantity"),
        ({"posts": [post()], "relevant": []}, "relevant"),
        ({"posts": [post()], "relevant": {"n": "o"}}, "relevant"),
        ({"posts": [post()], "relevant": {"x": []}}, "'x'"),
        ({"posts": [post()], "relevant": {"n": ["o"]}}, "'o'"),
    ],
)
def test_what_is_wrong_with_a_set_is_named(content, told):
    with pytest.raises(Malformed, match=told):
        set_of(content)


def test_a_set_without_matches_has_no_needs_to_judge():
    found = set_of({"posts": POSTS})
    assert found.judged == []
    assert measures({}, {}) == {"ndcg@5": 0.0, "mrr": 0.0, "recall@10": 0.0}


def test_the_kinds_are_learned_of_the_examples_and_not_of_the_held_out_sets():
    script = (CHECKOUT / "scripts" / "learn_kinds.py").read_text("utf-8")
    assert 'glob("tuning*.json")' in script
    assert "held-out" not in script.replace("held-out sets are not read", "")
    assert os.path.getsize(SETS.parent / "kinds.json") < 100_000
