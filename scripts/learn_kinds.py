"""Learn from short examples which kind a text is of, for matching.recommendation.kinds. Run by hand when they change:

    .venv/bin/python scripts/learn_kinds.py

The held-out sets are not read: they only judge.
"""

import json
import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tomoiki.settings.local")

#: How much large weights cost; chosen on the tuning sets.
PENALTY = 0.001


def main() -> None:
    import django

    django.setup()
    import numpy as np
    from scipy.optimize import minimize

    from matching.recommendation.cases import Case
    from matching.recommendation.evaluation import SETS, embed, read_set
    from matching.recommendation.kinds import KINDS, LEARNED, STRETCH, shares_of_words
    from matching.recommendation.topics import talk_of
    from tomoiki.text.embeddings import in_process

    cases = examples(ROOT / "matching/recommendation/data/examples.txt")
    for path in sorted(SETS.glob("tuning*.json")):
        found = read_set(path)
        cases += [*found.needs, *found.offers]
    cases = embed([case for case in cases if case.resource in KINDS], in_process())
    centres = {
        side: np.mean([case.vector for case in cases if case.direction == side and case.vector is not None], axis=0)
        for side in ("need", "offer")
    }

    def row(case: Case) -> list[float]:
        talk = talk_of(case.title, case.body, asks=case.direction == "need")
        shares = shares_of_words(talk.kinds)
        return [1.0, *(shares.get(kind, 0.0) for kind in KINDS), *((case.vector - centres[case.direction]) * STRETCH)]

    table = np.array([row(case) for case in cases])
    truth = np.array([KINDS.index(case.resource) for case in cases])
    wanted = np.eye(len(KINDS))[truth]

    def cost(flat: np.ndarray) -> tuple[float, np.ndarray]:
        weights = flat.reshape(table.shape[1], len(KINDS))
        sums = table @ weights
        powers = np.exp(sums - sums.max(axis=1, keepdims=True))
        shares = powers / powers.sum(axis=1, keepdims=True)
        loss = -np.log(shares[range(len(truth)), truth] + 1e-12).mean() + PENALTY * (weights[1:] ** 2).sum()
        slope = table.T @ (shares - wanted) / len(truth)
        slope[1:] += 2 * PENALTY * weights[1:]
        return loss, slope.ravel()

    found = minimize(cost, np.zeros(table.shape[1] * len(KINDS)), jac=True, method="L-BFGS-B")
    weights = found.x.reshape(table.shape[1], len(KINDS))
    right = ((table @ weights).argmax(axis=1) == truth).mean()
    content = {
        "model": in_process().name,
        "centres": {side: [round(float(number), 5) for number in centre] for side, centre in centres.items()},
        "weights": [[round(float(number), 3) for number in line] for line in weights],
    }
    LEARNED.write_text(json.dumps(content, separators=(",", ":")) + "\n", encoding="utf-8")
    print(f"{len(cases)} examples, {right:.1%} right; {LEARNED.stat().st_size // 1024} kB written")


def examples(path: Path) -> list:
    from matching.recommendation.cases import Case

    found = []
    for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        kind, rest = line.split(" > ", 1)
        direction, text = rest.split(": ", 1)
        title, body = text.split(" / ", 1)
        found.append(Case(id=str(number), direction=direction, title=title, body=body.strip(), resource=kind))
    return found


if __name__ == "__main__":
    main()
