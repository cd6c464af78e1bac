"""What a Hub's refusals mean for a maintainer: what, where, and the one thing that mends it."""

from __future__ import annotations

from huggingface_hub.errors import (
    DisabledRepoError,
    GatedRepoError,
    LocalTokenNotFoundError,
    OfflineModeIsEnabled,
    RepositoryNotFoundError,
)

from .errors import PublishError
from .hub_calls import Kind, understand

LOGIN = "hf auth login"
UNLIKE_A_HUB = "the answer has not the form of a Hub's; is there one at this address?"


def explain(error: Exception, doing: str, repo_id: str, endpoint: str) -> PublishError:
    """Return what to tell for an error of huggingface_hub.

    Args:
        error: the error.
        doing: the deed, as `reading the file list`.
        repo_id: the repository, as `klue/klue`.
        endpoint: of the Hub.
    """
    if isinstance(error, PublishError):
        return error
    return PublishError(f"{doing} failed: {_reason(error, repo_id, endpoint)}")


def _reason(error: Exception, repo_id: str, endpoint: str) -> str:
    owner = repo_id.split("/")[0]
    failure = understand(error)
    if isinstance(error, OfflineModeIsEnabled):
        return "HF_HUB_OFFLINE forbids to use the network; unset it"
    if isinstance(error, LocalTokenNotFoundError):
        return f"no token for {endpoint}; sign in with: {LOGIN}"
    if isinstance(error, GatedRepoError):
        return f"{repo_id} is gated and this account has no access; ask for it at {endpoint}/{repo_id}"
    if isinstance(error, DisabledRepoError):
        return f"the Hub has disabled {repo_id}; its owner has to write to the Hub's support"
    if failure.status == 401:
        return f"the Hub does not accept the token, or needs one; sign in with: {LOGIN}"
    if failure.status == 403:
        return (
            f"this token may not write to {owner}; make one with write access to it at "
            f"{endpoint}/settings/tokens and sign in with: {LOGIN} (or add --create-pr, or --namespace YOURS)"
        )
    if failure.status == 404 or isinstance(error, RepositoryNotFoundError):
        return (
            f"{repo_id} cannot be found or made: there is no {owner}, or this token has no access to it; "
            "check with: hf auth whoami"
        )
    if failure.is_unanswered:
        return (
            f"nothing answers at {endpoint} ({failure.reason}); "
            "check the network, the proxy and HF_ENDPOINT, and run again"
        )
    if failure.kind is Kind.TRANSIENT:
        return f"{failure.reason}; the Hub at {endpoint} did not recover in time, run again later"
    if isinstance(
        error, LookupError | TypeError | AttributeError
    ):  # huggingface_hub takes the form for granted
        return f"{UNLIKE_A_HUB} ({type(error).__name__}: {failure.reason})"
    if isinstance(error, ValueError) or failure.status == 400:
        return " ".join(str(error).split())
    return failure.reason
