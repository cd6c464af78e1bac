"""Random valid input for each config: small, with ties, empty sides and rare classes."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

Example = dict[str, list[Any]]


def _both(value: st.SearchStrategy[Any], most: int = 12) -> st.SearchStrategy[Example]:
    rows = st.lists(st.tuples(value, value), min_size=1, max_size=most)
    return rows.map(lambda pairs: {"predictions": [p for p, _ in pairs], "references": [g for _, g in pairs]})


def _hundredths(value: float) -> float:
    """Spreads near the rounding error have no correlation that two ways of computing agree on."""
    return round(value, 2)


def _split(rows: list[tuple[Any, Any]]) -> Example:
    return {"predictions": [p for p, _ in rows], "references": [g for _, g in rows]}


@st.composite
def _sentence(draw: st.DrawFn) -> tuple[list[int], list[int]]:
    n = draw(st.integers(0, 10))
    tags = st.lists(st.sampled_from([0, 1, 2, 3, 12, 11]), min_size=n, max_size=n)
    return draw(tags), draw(tags)


@st.composite
def _tree(draw: st.DrawFn) -> tuple[dict[str, list[int]], dict[str, list[int]]]:
    n = draw(st.integers(1, 6))
    heads = st.lists(st.integers(0, n), min_size=n, max_size=n)
    types = st.lists(st.sampled_from([0, 1, 14, 15, 20, 37]), min_size=n, max_size=n)
    return tuple({"head": draw(heads), "deprel": draw(types)} for _ in range(2))  # type: ignore[return-value]


@st.composite
def _relation(draw: st.DrawFn) -> tuple[list[float], int]:
    row = [0.0] * 30
    for i in draw(st.lists(st.integers(0, 5), max_size=4)):
        row[i] = draw(st.sampled_from([0.25, 0.5, 1.0]))
    return row, draw(st.integers(0, 5))


TEXT = st.text(st.sampled_from("가나다라 aB.'《》()‘’“\t"), max_size=14)


@st.composite
def _questions(draw: st.DrawFn) -> Example:
    n = draw(st.integers(1, 6))
    order = draw(st.permutations(range(n)))
    predictions = [{"guid": f"q{i}", "prediction_text": draw(TEXT)} for i in order]
    references = []
    for i in range(n):
        texts = draw(st.lists(TEXT, max_size=3))
        references.append(
            {
                "guid": f"q{i}",
                "answers": {"text": texts, "answer_start": [0] * len(texts)},
                "question_type": draw(st.integers(1, 3)),
                "is_impossible": not texts or draw(st.booleans()),
            }
        )
    return {"predictions": predictions, "references": references}


STATE = st.lists(st.sampled_from(["식당-이름-가", "식당-이름-나-다", "숙소-지역-서울", "a", ""]), max_size=4)

VALID: dict[str, st.SearchStrategy[Example]] = {
    "ynat": _both(st.integers(0, 6)),
    "nli": _both(st.integers(0, 2)),
    "ood": _both(st.integers(0, 6)),
    "sts": _both(st.sampled_from([0.0, 1.5, 2.99, 3.0, 4.2, 5.0]) | st.floats(0, 5).map(_hundredths)),
    "ner": st.lists(_sentence(), min_size=1, max_size=6).map(_split),
    "re": st.lists(_relation(), min_size=1, max_size=12).map(_split),
    "dp": st.lists(_tree(), min_size=1, max_size=5).map(_split),
    "mrc": _questions(),
    "wos": _both(STATE, most=8),
}
CONFIGS = tuple(VALID)
