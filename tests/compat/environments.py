"""The environments of `make compat`: a Python and the releases in it. Facts only."""

from __future__ import annotations

from typing import NamedTuple


class Environment(NamedTuple):
    """One virtual environment.

    Attributes:
        python: Version of the interpreter.
        pins: Requirements besides the package's own, which pip resolves together with them.
        refuses_bare_names: Whether its client refuses an id without a namespace, whatever the server does
            (huggingface/datasets issue 8612: huggingface_hub 1.16 and later).
    """

    python: str
    pins: tuple[str, ...]
    refuses_bare_names: bool = False


# Each with a client of its time. pyarrow 21 took away what datasets 2.21 imports.
ENVIRONMENTS = {
    "oldest": Environment(
        "3.10",
        ("datasets==2.21.0", "evaluate==0.4.3", "huggingface_hub==0.36.*", "pyarrow<21", "numpy<2"),
    ),
    "datasets-3": Environment("3.11", ("datasets==3.6.0", "evaluate==0.4.3", "huggingface_hub==0.36.*")),
    "datasets-4": Environment("3.12", ("datasets==4.8.*", "evaluate>=0.4.6", "huggingface_hub>=1.15,<1.16")),
    "hub-1": Environment(
        "3.11",
        ("datasets==4.8.*", "evaluate>=0.4.6", "huggingface_hub>=1.33,<2"),
        refuses_bare_names=True,
    ),
    "newest": Environment(
        "3.13", ("datasets>=5.2", "evaluate>=0.4.6", "huggingface_hub>=2.4"), refuses_bare_names=True
    ),
}
