"""Where raw files come from, and the proof that they are the right ones.

Three sources, swappable: the pinned URLs (or a mirror laid out like them), a local folder laid out
like upstream, and the sample bundled with this package. Which files exist, and their git blob ids,
stands in `sources.json`; the sample has a file of its own in the same form.
"""

from __future__ import annotations

import hashlib
import logging
import os
import re
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import msgspec

from .errors import ChangedFileError, DownloadError, KlueError, MissingFilesError, UnknownNameError

if TYPE_CHECKING:
    from datasets import DownloadManager

logger = logging.getLogger(__name__)

HERE = Path(__file__).parent
SAMPLE = HERE / "sample"
DOWNLOAD_ATTEMPTS = 4
FIRST_RETRY_SECONDS = 1.0
_RAW_URL = re.compile(r"https://[^/{}]+/[^{}]*\{repo\}/[^{}]*\{commit\}/[^{}]*\{path\}")
_BLOB_ID = re.compile(r"[0-9a-f]{40}")


class Origin(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An upstream repository at one commit; `folder` is its place in a local checkout of all sources."""

    repo: str
    commit: str
    folder: str


class RawFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One pinned raw file: path in its origin, git blob id, and published row count (None: not published)."""

    origin: str
    path: str
    blob_id: str
    rows: int | None


class Catalogue(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All raw files of a source: data version, then config, then split; `made_up` if they are not KLUE's."""

    raw_url: str
    origins: dict[str, Origin]
    versions: dict[str, dict[str, dict[str, RawFile]]]
    made_up: bool = False

    def files(self, version: str, config: str) -> dict[str, RawFile]:
        """Return the files of a config by split.

        Raises:
            UnknownNameError: there is no such data version or config.
        """
        if version not in self.versions:
            raise UnknownNameError("data version", version, list(self.versions))
        if config not in self.versions[version]:
            raise UnknownNameError("config", config, list(self.versions[version]))
        return self.versions[version][config]


class CatalogueError(KlueError):
    """A list of pinned files that cannot be used; the text names file, entry and what was expected."""


def load_catalogue(path: Path) -> Catalogue:
    """Read a catalogue of pinned files.

    Raises:
        CatalogueError: it is none, or a pin leads nowhere or out of its source.
    """
    try:
        catalogue = msgspec.json.decode(path.read_bytes().decode(), type=Catalogue)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise CatalogueError(f"{path}: no list of pinned files ({error})") from None
    for place, problem in _contradictions(catalogue):
        raise CatalogueError(f"{path}: {place}: {problem}")
    return catalogue


def _contradictions(catalogue: Catalogue) -> Iterator[tuple[str, str]]:
    """Yield what types cannot say: where, and what is wrong."""
    if catalogue.raw_url and not _RAW_URL.fullmatch(catalogue.raw_url):
        yield "raw_url", f"found {catalogue.raw_url!r}; expected https://HOST/{{repo}}/{{commit}}/{{path}}"
    if not catalogue.versions:
        yield "versions", "expected at least one"
    for name, origin in catalogue.origins.items():
        if origin.folder and not _is_inside(origin.folder):
            yield f"origins.{name}.folder", f"found {origin.folder!r}; expected a folder below the source"
    for version, configs in catalogue.versions.items():
        for config, splits in configs.items():
            for split, file in splits.items():
                place = f"versions.{version}.{config}.{split}"
                if file.origin not in catalogue.origins:
                    known = ", ".join(catalogue.origins)
                    yield f"{place}.origin", f"unknown origin {file.origin!r}; expected one of {known}"
                if not _is_inside(file.path):
                    yield f"{place}.path", f"found {file.path!r}; expected a path below the source"
                if not _BLOB_ID.fullmatch(file.blob_id):
                    yield f"{place}.blob_id", f"found {file.blob_id!r}; expected 40 hexadecimal digits"


def _is_inside(path: str) -> bool:
    """Whether a relative path is one that can be, and stays below the folder that it is joined to."""
    parts = path.split("/")
    can_be = bool(path.strip("/.")) and "\0" not in path and max(len(part.encode()) for part in parts) <= 255
    return can_be and not path.startswith("/") and ".." not in parts


OFFICIAL = load_catalogue(HERE / "sources.json")
VERSIONS = tuple(OFFICIAL.versions)
"""The data versions, the newest first."""
DEFAULT_VERSION = VERSIONS[0]


def git_blob_id(path: Path) -> str:
    """Return the id that git gives to a file's content: SHA-1 of `blob SIZE`, a NUL, and the content."""
    digest = hashlib.sha1(b"blob %d\0" % path.stat().st_size, usedforsecurity=False)
    with path.open("rb") as file:
        while chunk := file.read(1 << 20):
            digest.update(chunk)
    return digest.hexdigest()


class Source(Protocol):
    """A place that holds raw files."""

    name: str
    catalogue: Catalogue

    def find(self, files: Sequence[RawFile]) -> list[Path | None]:
        """Return a readable path for each file, or None where the source does not hold it."""
        ...


class FolderSource:
    """A local folder laid out like upstream (`klue_benchmark/...`, `3i4k/...`) or like the archives of 1.0.

    The 1.0 archives unpack to `ynat-v1/...` without the leading `klue_benchmark/`; a checkout of 3i4K
    alone has no leading `3i4k/`. Both are found too.
    """

    def __init__(self, folder: Path | str, catalogue: Catalogue = OFFICIAL, name: str | None = None) -> None:
        self.folder = Path(folder).expanduser()
        self.catalogue = catalogue
        self.name = name or str(folder)
        if not self.folder.is_dir():
            problem = "is a file" if self.folder.exists() else "does not exist"
            raise KlueError(
                f"source {self.name} {problem}; expected 'official', 'sample', a URL of a mirror, "
                "or a folder laid out like upstream"
            )

    def find(self, files: Sequence[RawFile]) -> list[Path | None]:
        """Return the first place where each file stands, or None."""
        return [self._find(file) for file in files]

    def _find(self, file: RawFile) -> Path | None:
        path = Path(file.path)
        places = (self.catalogue.origins[file.origin].folder / path, path, Path(*path.parts[1:]))
        return next((self.folder / place for place in places if (self.folder / place).is_file()), None)


class UrlSource:
    """The pinned files over HTTPS, through the download manager's cache.

    A file that arrived stays in the cache, so a run that broke off goes on with the next file. The
    content at a commit never changes, therefore no ETag is asked for.

    Args:
        base: address that takes the place of `https://raw.githubusercontent.com`, for mirrors.
        downloads: the download manager to use; a new one by default.
        attempts: tries for each file, with doubling pauses.
        first_pause: seconds before the second try.
    """

    def __init__(
        self,
        base: str | None = None,
        downloads: DownloadManager | None = None,
        catalogue: Catalogue = OFFICIAL,
        attempts: int = DOWNLOAD_ATTEMPTS,
        first_pause: float = FIRST_RETRY_SECONDS,
    ) -> None:
        self.catalogue = catalogue
        self.name = base or "official"
        self._template = catalogue.raw_url
        if base:
            self._template = base.rstrip("/") + "/{repo}/{commit}/{path}"
        self._downloads = downloads
        self._attempts = attempts
        self._first_pause = first_pause

    def url(self, file: RawFile) -> str:
        """Return the address of a file."""
        origin = self.catalogue.origins[file.origin]
        return self._template.format(repo=origin.repo, commit=origin.commit, path=file.path)

    def find(self, files: Sequence[RawFile]) -> list[Path | None]:
        """Fetch the files; a file that the server does not have is None.

        Raises:
            DownloadError: a file could not be fetched in any attempt.
        """
        return [self._fetch(file) for file in files]

    def _fetch(self, file: RawFile) -> Path | None:
        url = self.url(file)
        for attempt in range(1, self._attempts + 1):
            try:
                path = Path(str(self._manager(force=attempt > 1).download(url)))
            except ImportError:
                raise
            except Exception as error:  # the library raises fsspec, aiohttp, requests and its own errors
                if _is_absent(error):
                    return None
                cause = error.__cause__ or error
                problem = f"{type(cause).__name__}: {cause}".rstrip(": ")
                if type(cause).__name__ == "OfflineModeIsEnabled":  # the libraries have one each
                    raise DownloadError(
                        f"{url}: HF_HUB_OFFLINE or HF_DATASETS_OFFLINE forbids to fetch it; unset them, "
                        "or point --source at a local copy"
                    ) from None
            else:
                if git_blob_id(path) == file.blob_id:
                    return path
                problem = "its content is not the pinned one"
                if attempt > 1:  # twice the same wrong bytes: no accident, the caller says what differs
                    return path
            if attempt < self._attempts:
                pause = self._first_pause * 2 ** (attempt - 1)
                logger.warning(
                    "%s: %s; try %d of %d in %.1f s", url, problem, attempt + 1, self._attempts, pause
                )
                time.sleep(pause)
        raise DownloadError(
            f"{url}: not fetched in {self._attempts} tries ({problem}); check the connection and run again "
            "(files that arrived are kept), or point --source at a local copy"
        )

    def _manager(self, *, force: bool) -> DownloadManager:
        from datasets import DownloadConfig, DownloadManager

        config = self._downloads.download_config.copy() if self._downloads else DownloadConfig()
        config.use_etag = False
        config.force_download = config.force_download or force
        return DownloadManager(dataset_name="klue", download_config=config)


def _is_absent(error: Exception) -> bool:
    """Whether the server said that it does not have the file.

    fsspec raises FileNotFoundError for any failure, a refused connection too; the cause tells them apart.
    """
    if not isinstance(error, FileNotFoundError):
        return False
    return error.__cause__ is None or getattr(error.__cause__, "status", None) in (404, 410)


def sample_source() -> FolderSource:
    """Return the made-up sample that is part of this package."""
    return FolderSource(SAMPLE, load_catalogue(SAMPLE / "sources.json"), name="the bundled sample")


def open_source(spec: str | os.PathLike[str], downloads: DownloadManager | None = None) -> Source:
    """Return the source that `official`, `sample`, a mirror's URL or a folder stands for."""
    text = os.fspath(spec)
    if text == "official":
        return UrlSource(downloads=downloads)
    if text == "sample":
        return sample_source()
    if text.startswith(("https://", "http://")):
        return UrlSource(text, downloads=downloads)
    return FolderSource(text)


class Located(msgspec.Struct, frozen=True):
    """A raw file that was found and hashed."""

    file: RawFile
    path: Path
    blob_id: str

    @property
    def is_pinned(self) -> bool:
        """Whether the content is byte for byte the pinned one."""
        return self.blob_id == self.file.blob_id


def locate(
    source: Source,
    version: str,
    configs: Sequence[str],
    *,
    partial: bool = False,
    accept_changed: bool = False,
) -> dict[str, dict[str, Located]]:
    """Find and verify the raw files of some configs.

    Args:
        source: where to look.
        version: data version.
        configs: names of configs.
        partial: go on without files that the source does not hold; configs without any are left out.
        accept_changed: take files whose blob id is not the pinned one.

    Returns:
        Config, then split, to the file.

    Raises:
        MissingFilesError: files are missing; all are listed.
        ChangedFileError: files differ from the pins; all are listed.
        UnknownNameError: no such data version or config.
    """
    wanted = [
        (config, split, file)
        for config in configs
        for split, file in source.catalogue.files(version, config).items()
    ]
    paths = source.find([file for _, _, file in wanted])
    missing = [file.path for (_, _, file), path in zip(wanted, paths, strict=True) if path is None]
    found_any = len(missing) < len(wanted)
    if missing and not (partial and found_any):
        raise MissingFilesError(source.name, missing, found_any=found_any)
    located: dict[str, dict[str, Located]] = {}
    for (config, split, file), path in zip(wanted, paths, strict=True):
        if path is not None:
            located.setdefault(config, {})[split] = Located(file, path, git_blob_id(path))
    changed = [
        (item.path, item.file.blob_id, item.blob_id)
        for splits in located.values()
        for item in splits.values()
        if not item.is_pinned
    ]
    if changed and not accept_changed:
        raise ChangedFileError(changed)
    return located
