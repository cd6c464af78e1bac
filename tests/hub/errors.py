"""What the Hub says when it refuses, word for word where clients look at the words."""

from __future__ import annotations


class HubError(Exception):
    """An answer other than success."""

    def __init__(
        self, status: int, message: str, code: str = "", body: dict[str, object] | None = None
    ) -> None:
        super().__init__(message)
        self.status, self.message, self.code, self.body = status, message, code, body or {}
        self.headers: dict[str, str] = {}


def unauthenticated() -> HubError:
    """For who is nobody: the Hub does not tell whether a repository is absent or private."""
    error = HubError(401, "Invalid username or password.", "RepoNotFound")
    error.headers["WWW-Authenticate"] = 'Bearer realm="Authentication required", charset="UTF-8"'
    return error


def bad_token() -> HubError:
    """A token that is not known."""
    error = HubError(401, "Invalid credentials in Authorization header")
    error.headers["WWW-Authenticate"] = 'Bearer realm="Authentication required", charset="UTF-8"'
    return error


def no_repo() -> HubError:
    """Absent, or private and somebody else's."""
    return HubError(404, "Repository not found", "RepoNotFound")


def no_revision(revision: str) -> HubError:
    """No branch, tag or commit of that name."""
    return HubError(404, f"Invalid rev id: {revision}", "RevisionNotFound")


def no_entry(message: str = "Entry not found") -> HubError:
    """No file or folder of that name."""
    return HubError(404, message, "EntryNotFound")



def moved_head() -> HubError:
    """The parent that a commit was made for is not the head."""
    return HubError(412, "A commit has happened since. Please refresh and try again.")


def read_token() -> HubError:
    """A token that may only read."""
    return HubError(403, "Forbidden: you must use a write token to upload to a repository.")


def not_yours() -> HubError:
    """A user without the right to write there."""
    return HubError(403, "Forbidden: pass `create_pr=1` as a query parameter to create a Pull Request")


def no_right_to_create(kind: str, namespace: str) -> HubError:
    """A namespace without the right to create there; one that does not exist is answered alike."""
    return HubError(403, f'You don\'t have the rights to create a {kind} under the namespace "{namespace}"')


def gated(kind: str, repo_id: str, known: bool) -> HubError:
    """A file of a gated repository."""
    if known:
        text = f"Access to {kind} {repo_id} is restricted and you are not in the authorized list."
        return HubError(403, text, "GatedRepo")
    text = f"Access to {kind} {repo_id} is restricted. You must have access to it and be authenticated to access it."
    return HubError(401, f"{text} Please log in.", "GatedRepo")


def disabled() -> HubError:
    """A repository that the Hub's staff switched off."""
    return HubError(403, "Access to this resource is disabled.")
