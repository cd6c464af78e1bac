"""The facts of `baselines.yaml`: their shape, and their check when they are loaded."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, Generic, Literal, TypeVar

import msgspec
import yaml

from klue_hub.datasets.klue import TASKS, KlueError
from klue_hub.datasets.klue.card.facts import prose

from . import yaml_lines
from .quoting import is_url

Value = TypeVar("Value")
Size = Literal["small", "base", "large"]
Percent = float

BUNDLED = Path(__file__).with_name("baselines.yaml")
_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


class FactsError(KlueError):
    """A fact that cannot be shown; the text names file, line, entry, what is wrong and what was expected."""


class _Record(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A group of facts; a key that is not known is an error, not a fact that is silently left out."""


class Source(_Record, frozen=True):
    """Where a fact stands: the document's title, its address, and its day (ISO 8601), if it has one."""

    title: str
    url: str
    date: str | None = None


class Fact(_Record, Generic[Value], frozen=True):
    """A value and the key of its source."""

    value: Value
    source: str


class Architecture(_Record, frozen=True):
    """The announced numbers: widths of embeddings and hidden layers, layers, attention heads."""

    source: str
    embedding_size: int
    hidden_size: int
    layers: int
    heads: int


class Config(_Record, frozen=True):
    """What the model's own configuration adds, in entries, positions and units.

    Attributes:
        positions: of the position embeddings; RoBERTa keeps two of them for itself.
        pad_id: the token that fills up, where it is not 0.
    """

    source: str
    vocabulary_size: int
    positions: int
    type_vocabulary_size: int
    intermediate_size: int
    pad_id: int = 0


class Habit(_Record, frozen=True):
    """What the models of a family have in common as a rule; for those that published nothing of it."""

    vocabulary_size: int
    positions: int
    type_vocabulary_size: int
    intermediate_ratio: int


class Family(_Record, frozen=True):
    """An architecture: its name, the configuration class of transformers, and its habit."""

    title: str
    config_class: Literal["BertConfig", "RobertaConfig", "ElectraConfig"]
    habit: Habit


class Scores(_Record, frozen=True):
    """Percentages on KLUE's test set by config and official score."""

    source: str
    values: dict[str, dict[str, Percent]]

    def in_order(self) -> tuple[Percent, ...]:
        """Return them in the order of `score_ids`."""
        return tuple(self.flat().values())

    def flat(self) -> dict[str, Percent]:
        """Return them by `config.score`, in official order."""
        return {score: self.values[score.split(".")[0]][score.split(".")[1]] for score in score_ids()}


class Baseline(_Record, frozen=True, kw_only=True):
    """One of the ten models. What is None was not published."""

    name: str
    title: str
    repo_id: str
    family: str
    size: Size
    released: Fact[bool]
    architecture: Architecture
    distilled: Fact[bool] | None = None
    config: Config | None = None
    licence: Fact[str] | None = None
    hardware: Fact[str] | None = None
    scores: Scores | None = None


class Peer(_Record, frozen=True):
    """Another model of KLUE's table."""

    name: str
    size: Size
    scores: Scores


class Pretraining(_Record, frozen=True):
    """What was published of the pretraining of the released models; a corpus may come without details."""

    source: str
    size: str
    corpora: dict[str, str | None]
    cleaning: str
    tokenizer: str


class Findings(_Record, frozen=True):
    """What the paper's ablations found, a sentence each."""

    source: str
    statements: list[str]


class Catalog(_Record, frozen=True):
    """All facts."""

    sources: dict[str, Source]
    pretraining: Pretraining
    findings: Findings
    families: dict[str, Family]
    baselines: dict[str, Baseline]
    peers: dict[str, Peer]


@lru_cache(maxsize=1)
def score_ids() -> tuple[str, ...]:
    """Return the official scores as `config.score`, in official order; those of `ood` are not among them."""
    return tuple(
        f"{config}.{score}"
        for config, task in TASKS.items()
        if task.is_official
        for score in prose().configs[config].metrics
    )


def load_catalog(path: Path = BUNDLED) -> Catalog:
    """Read and check the facts.

    Raises:
        FactsError: a key is unknown, a source is missing, a type is wrong, or facts contradict each other.
        OSError: the file cannot be read.
    """
    try:
        text = path.read_bytes().decode()
    except UnicodeDecodeError as error:
        raise FactsError(
            f"{path}: no UTF-8 text ({error.reason} at byte {error.start}); save it so"
        ) from None
    return parse_catalog(text, str(path))


def parse_catalog(text: str, name: str) -> Catalog:
    """Check facts given as YAML; see `load_catalog`.

    Args:
        text: the document.
        name: what to call it in errors.
    """
    try:
        document, lines = yaml_lines.load(text)
    except (yaml.YAMLError, yaml_lines.NotPlainError, RecursionError) as error:
        raise FactsError(f"{name}: no YAML that can be read: {' '.join(str(error).split())}") from None
    catalog = _convert(document, lines, name)
    for path, problem in _contradictions(catalog):
        raise FactsError(_message(name, path, lines, problem))
    return catalog


def _convert(document: Any, lines: dict[yaml_lines.Path, int], name: str) -> Catalog:
    if not isinstance(document, dict):
        keys = ", ".join(Catalog.__struct_fields__)
        raise FactsError(f"{name}: line 1: found no mapping; expected one with the keys {keys}")
    for group in ("baselines", "peers"):
        entries = document.get(group)
        if isinstance(entries, dict):
            document[group] = {
                key: {"name": key, **entry} if isinstance(entry, dict) else entry
                for key, entry in entries.items()
            }
    try:
        return msgspec.convert(document, Catalog)
    except msgspec.ValidationError:
        path, problem = _first_problem(document)
        raise FactsError(_message(name, path, lines, problem)) from None


def _first_problem(document: dict[str, Any]) -> tuple[yaml_lines.Path, str]:
    """Find the entry at fault; msgspec names fields on the way, but not the keys of mappings."""
    types: dict[str, Any] = {"sources": Source, "families": Family, "baselines": Baseline, "peers": Peer}
    for group, kind in types.items():
        entries = document.get(group)
        for key, entry in entries.items() if isinstance(entries, dict) else ():
            try:
                msgspec.convert(entry, kind)
            except msgspec.ValidationError as error:
                return _located(error, (group, key))
    try:
        msgspec.convert(document, Catalog)
    except msgspec.ValidationError as error:
        return _located(error, ())
    raise AssertionError("no part of the document is at fault")


def _located(error: msgspec.ValidationError, start: yaml_lines.Path) -> tuple[yaml_lines.Path, str]:
    problem, _, place = str(error).partition(" - at `$")
    fields = re.findall(r"\.(\w+)", place.split("[")[0])
    unknown = re.search(r"unknown field `(.+)`", problem)
    return (*start, *fields, *([unknown[1]] if unknown else [])), problem


def _message(name: str, path: yaml_lines.Path, lines: dict[yaml_lines.Path, int], problem: str) -> str:
    line = yaml_lines.line_of(path, lines)
    return f"{name}: line {line}: {yaml_lines.dotted(path)}: {problem}"


def _contradictions(catalog: Catalog) -> Iterator[tuple[yaml_lines.Path, str]]:
    """Yield what types cannot say: where, and what is wrong."""
    yield from _bad_sources(msgspec.to_builtins(catalog), catalog.sources, ())
    for key, source in catalog.sources.items():
        if not is_url(source.url):
            yield ("sources", key, "url"), f"found {source.url!r}; expected an address, https://HOST/PATH"
    if not catalog.peers:
        yield ("peers",), "expected at least one model to compare with"
    for name, baseline in catalog.baselines.items():
        yield from _bad_baseline(("baselines", name), baseline, catalog)
    for name, peer in catalog.peers.items():
        yield from _bad_scores(("peers", name, "scores"), peer.scores)


def _bad_sources(
    value: Any, sources: Mapping[str, Source], path: yaml_lines.Path
) -> Iterator[tuple[yaml_lines.Path, str]]:
    if not isinstance(value, dict):
        return
    for key, item in value.items():
        if key == "source" and item not in sources:
            yield (*path, key), f"unknown source {item!r}; expected one of {', '.join(sources)}"
        yield from _bad_sources(item, sources, (*path, key))


def _bad_baseline(
    path: yaml_lines.Path, baseline: Baseline, catalog: Catalog
) -> Iterator[tuple[yaml_lines.Path, str]]:
    if not _NAME.fullmatch(baseline.name):
        yield path, "a name has lower-case letters and digits, joined by single hyphens"
    if baseline.repo_id != f"klue/{baseline.name}":
        yield (*path, "repo_id"), f"found {baseline.repo_id!r}; expected 'klue/{baseline.name}'"
    if baseline.family not in catalog.families:
        yield (*path, "family"), f"unknown family; expected one of {', '.join(catalog.families)}"
    for field in ("embedding_size", "hidden_size", "layers", "heads"):
        if getattr(baseline.architecture, field) < 1:
            yield (*path, "architecture", field), "expected a positive number"
    if baseline.architecture.hidden_size % max(baseline.architecture.heads, 1):
        yield (*path, "architecture", "heads"), "expected a divisor of hidden_size"
    if baseline.scores and not baseline.released.value:
        yield (*path, "scores"), "a model that was never released has no published scores"
    if baseline.scores:
        yield from _bad_scores((*path, "scores"), baseline.scores)


def _bad_scores(path: yaml_lines.Path, scores: Scores) -> Iterator[tuple[yaml_lines.Path, str]]:
    found = {
        f"{config}.{score}": value for config, row in scores.values.items() for score, value in row.items()
    }
    for name in found.keys() ^ set(score_ids()):
        config, score = name.split(".", 1)
        if name in found:
            yield (*path, "values", config, score), f"no official score; expected {', '.join(score_ids())}"
        else:
            yield (*path, "values", config), f"{score} is missing; expected {', '.join(score_ids())}"
    for name, value in found.items():
        if not 0 <= value <= 100:
            yield (*path, "values", *name.split(".")), f"found {value}; expected a percentage, 0 to 100"
