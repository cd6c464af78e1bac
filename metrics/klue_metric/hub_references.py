"""References from the Hub: the published validation split of a config."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final

from .errors import ScoreInputError, bad_input

REPOSITORY: Final = "klue/klue"
SPLIT: Final = "validation"
TIMEOUT: Final = 10.0  # seconds until the Hub has to begin to answer


def fetch_references(config: str, revision: str | None = None) -> Path:
    """Download the validation split, once; HF_ENDPOINT says from where.

    Args:
        config: Name of the config.
        revision: A tag such as `v1.1.0`; else the newest.

    Returns:
        A Parquet file in the cache of huggingface_hub.

    Raises:
        ScoreInputError: The Hub cannot be reached, or has no such file.
    """
    from huggingface_hub import HfApi, hf_hub_download
    from huggingface_hub.errors import (
        EntryNotFoundError,
        HfHubHTTPError,
        LocalEntryNotFoundError,
        OfflineModeIsEnabled,
        RepositoryNotFoundError,
        RevisionNotFoundError,
    )

    path = f"{config}/{SPLIT}-00000-of-00001.parquet"
    is_offline = False
    failures: tuple[type[Exception], ...] = (HfHubHTTPError, OfflineModeIsEnabled, *_transport_errors())
    try:
        try:
            # One call that is not tried again, unlike a download: whoever waits wants to know soon.
            HfApi().dataset_info(REPOSITORY, revision=revision, timeout=TIMEOUT)
        except (RepositoryNotFoundError, RevisionNotFoundError):
            raise
        except failures:
            is_offline = True  # what was fetched before is still good
        file = hf_hub_download(
            REPOSITORY, path, repo_type="dataset", revision=revision, local_files_only=is_offline
        )
    except LocalEntryNotFoundError:
        raise _unavailable(config, "no answer of the Hub") from None
    except RevisionNotFoundError:
        raise _unavailable(config, f"no version {revision} of {REPOSITORY} on the Hub") from None
    except (EntryNotFoundError, RepositoryNotFoundError):
        raise _unavailable(config, f"no file {path} in {REPOSITORY} on the Hub") from None
    except failures as error:
        raise _unavailable(config, f"no answer of the Hub ({type(error).__name__})") from None
    return Path(file)


def _transport_errors() -> tuple[type[Exception], ...]:
    """Return what the HTTP libraries of huggingface_hub raise: requests, then httpx, later httpx2."""
    found: list[type[Exception]] = [OSError]
    for name in ("httpx2", "httpx"):
        library = sys.modules.get(name)
        if library:
            found.append(library.TransportError)
    return tuple(found)


def _unavailable(config: str, found: str) -> ScoreInputError:
    expected = "the published validation split"
    return bad_input(config, "references", found, expected, "give a file of references")
