"""The manifest that each published repository carries: what the tool wrote, from what, by which version.

It gives provenance to readers and ownership to the next run. For a dataset it also holds the record
of the build, from which the card can be rendered again without the raw files.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib.metadata import version
from typing import TypeVar

import msgspec

from klue_hub.datasets.klue import TASKS, VERSIONS
from klue_hub.datasets.klue.records import BuildRecord

from .errors import ManifestError
from .plan import FileState, Ownership

FOLDER = ".klue"
PATH = f"{FOLDER}/manifest.json"
JOURNAL = f"{FOLDER}/applying.json"
FORMAT = 1


class Tool(msgspec.Struct, frozen=True, omit_defaults=True):
    """What wrote the repository.

    Attributes:
        libraries: version by name of those that the bytes of the files depend on, such as pyarrow.
    """

    name: str
    version: str
    libraries: dict[str, str] = {}  # msgspec copies it for every instance


class Manifest(msgspec.Struct, frozen=True):
    """The content of a manifest.

    Attributes:
        format: of this file.
        tool: what wrote it.
        kind, repo_id: the repository.
        files: every file the tool publishes, the manifest itself apart.
        stale: files it published before and left in place; --prune may still delete them.
        build: of a dataset.
    """

    format: int
    tool: Tool
    kind: str
    repo_id: str
    files: dict[str, FileState]
    stale: dict[str, FileState] = {}  # msgspec copies it for every instance
    build: BuildRecord | None = None

    def dump(self) -> bytes:
        """Return the file's bytes: indented, so that its changes are readable."""
        return msgspec.json.format(msgspec.json.encode(self), indent=1) + b"\n"


def this_tool(*libraries: str) -> Tool:
    """Return the version of this package, and of libraries that shape the bytes."""
    return Tool("klue-hub", version("klue-hub"), {name: version(name) for name in libraries})


def load(data: bytes, where: str) -> Manifest:
    """Parse a manifest.

    Raises:
        ManifestError: it is none, or of a newer format.
    """
    manifest = _decode(data, Manifest, where)
    if manifest.build and (problem := _unfit(manifest.build, manifest.files)):
        raise ManifestError(where, problem)
    return manifest


def _unfit(build: BuildRecord, files: Mapping[str, FileState]) -> str | None:
    """Return why a build cannot be taken over: another version of the tool made it, or a person edited it."""
    if build.data_version not in VERSIONS:
        return f"data version {build.data_version!r}, this version of the tool knows {', '.join(VERSIONS)}"
    for config, record in build.configs.items():
        if config not in TASKS:
            return f"config {config!r}, this version of the tool knows {', '.join(TASKS)}"
        for split, built in record.splits.items():
            if built.path not in files:
                return f"the build of {config}/{split} is in {built.path!r}, which is not among its files"
    return None


class Journal(msgspec.Struct, frozen=True):
    """What a run is about to write, and what is already ours; left behind only by a run that was killed.

    Attributes:
        format: of this file.
        owned: by path every content that may be there and is ours.
    """

    format: int
    owned: dict[str, list[FileState]]

    def dump(self) -> bytes:
        """Return the file's bytes."""
        return msgspec.json.encode(self)


def load_journal(data: bytes, where: str) -> Journal:
    """Parse a journal.

    Raises:
        ManifestError: it is none, or of a newer format.
    """
    return _decode(data, Journal, where)


Document = TypeVar("Document", Manifest, Journal)


def _decode(data: bytes, kind: type[Document], where: str) -> Document:
    name = kind.__name__.lower()
    try:
        # As text: of bytes, msgspec passes over what is no UTF-8 in a key that it does not read.
        document = msgspec.json.decode(data.decode(), type=kind)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise ManifestError(where, f"no {name} of this tool ({error})") from None
    if document.format != FORMAT:
        raise ManifestError(where, f"{name} format {document.format}, this version reads {FORMAT}")
    return document


def ownership(manifest: Manifest | None, journal: Journal | None) -> Ownership:
    """Return what the tool wrote, by its manifest and by the journal of a run that was killed."""
    owned: dict[str, tuple[FileState, ...]] = {}
    for path, state in ({**manifest.stale, **manifest.files} if manifest else {}).items():
        owned[path] = (state,)
    for path, states in (journal.owned if journal else {}).items():
        owned[path] = (*owned.get(path, ()), *states)
    return Ownership(owned)
