"""The Hub target: repositories of a Hugging Face Hub, changed through huggingface_hub.

A commit is made on the very head that the plan was made for. If its answer is lost or the head has moved,
the repository is looked at again before anything else: what is there decides, not the error.
"""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext

from .errors import MovedError, PublishError, VerifyError
from .hub_calls import Failure, HubCalls, Kind, understand
from .hub_errors import explain
from .hub_upload import operations
from .hub_view import HubView
from .plan import MAIN, Plan, still_holds
from .repository import Consent, Observed, Step, plan_release
from .target import Moved, Pushed

ROUNDS = 6  # of looking and committing; a head that moves more often belongs to somebody busy
SPACE_SDK = "gradio"


class HubTarget(HubView):
    """Repositories of a Hub."""

    is_local = False

    def __init__(
        self, endpoint: str, calls: HubCalls, *, private: bool = False, create_pr: bool = False
    ) -> None:
        """Take what the command was told.

        Args:
            endpoint: of the Hub, without a slash at its end.
            calls: the way to call it.
            private: make new repositories private.
            create_pr: open pull requests instead of committing.
        """
        super().__init__(endpoint, calls)
        self.private = private
        self.create_pr = create_pr

    @property
    def keeps_history(self) -> bool:
        """Whether commits and tags can be made; a pull request proposes just one state."""
        return not self.create_pr

    def locked(self) -> AbstractContextManager[None]:
        """Nothing: commits name their parent, so two runs cannot overwrite each other."""
        return nullcontext()

    def push(self, step: Step, consent: Consent, moved: Moved) -> Pushed:
        """Commit a step, tag it, and look again whether all is there.

        Raises:
            PublishError: it could not be done; the text says why and what to do.
            StoppedError: the run was stopped between two calls.
        """
        plan = step.plan
        if not step.observed.exists:
            self._create(plan.kind, plan.repo_id)
        if self.create_pr:
            return self._propose(step, moved)
        commit = self._commit(step, consent, moved)
        if plan.tag:
            self._tag(plan.kind, plan.repo_id, plan.tag, commit)
        if plan.branch != MAIN:
            self.call(
                plan.repo_id,
                f"removing the branch {plan.branch}",
                lambda: self.api.delete_branch(plan.repo_id, repo_type=plan.kind, branch=plan.branch),
            )
        return Pushed(f"{plan.location}/commit/{commit}" if plan.writes else plan.location, commit)

    def _create(self, kind: str, repo_id: str) -> None:
        self.call(
            repo_id,
            "making the repository",
            lambda: self.api.create_repo(
                repo_id,
                repo_type=kind,
                private=self.private,
                exist_ok=True,
                space_sdk=SPACE_SDK if kind == "space" else None,
            ),
        )

    def _commit(self, step: Step, consent: Consent, moved: Moved) -> str:
        """Commit until the repository is as wanted; return the commit that makes it so."""
        plan = step.plan
        now = step.observed if step.observed.head and plan.branch == MAIN else self._look(plan)
        for attempt in range(1, ROUNDS + 1):
            current = plan_release(step.release, now, plan.location, consent)
            if not current.plan.writes and now.head:
                _check_unedited(current.plan)
                return now.head
            if not (now.is_initial or still_holds(current.plan, plan, now.tree, step.observed.tree)):
                raise MovedError(current.plan)
            failure = self._try_commit(current, moved)
            if failure:
                self._consider(failure, plan, now, attempt)
            now = self._look(plan)
        raise PublishError(f"the head of {plan.repo_id} keeps moving; run again when it is quiet")

    def _look(self, plan: Plan) -> Observed:
        """Look at the branch of a plan; one that is still to be made starts at the head of `main`."""
        observed = self.observe(plan.kind, plan.repo_id, plan.branch)
        if plan.branch == MAIN or observed.head:
            return observed
        start = self.head(plan.kind, plan.repo_id, MAIN)
        self.call(
            plan.repo_id,
            f"making the branch {plan.branch}",
            lambda: self.api.create_branch(
                plan.repo_id, repo_type=plan.kind, branch=plan.branch, revision=start, exist_ok=True
            ),
        )
        return self.observe(plan.kind, plan.repo_id, plan.branch)

    def _try_commit(self, step: Step, moved: Moved) -> Failure | None:
        """Try to commit once; return what went wrong, if looking again may help."""
        plan = step.plan
        self.calls.check_stopped()
        self.calls.verbose(f"{plan.repo_id}: committing {len(plan.writes)} files")
        try:
            with operations(step, moved) as changes:
                self.api.create_commit(
                    plan.repo_id,
                    changes,
                    repo_type=plan.kind,
                    commit_message=step.release.title,
                    commit_description=step.release.description,
                    parent_commit=step.observed.head,
                    revision=plan.branch,
                    create_pr=self.create_pr,
                )
        except Exception as error:
            failure = understand(error)
            if failure.kind is Kind.FINAL:
                raise explain(error, "committing", plan.repo_id, self.endpoint) from error
            return failure
        return None

    def _consider(self, failure: Failure, plan: Plan, before: Observed, attempt: int) -> None:
        """Wait after a commit that failed or whose answer was lost, or give up."""
        is_refused_twice = failure.kind is Kind.MOVED and attempt > 1
        if is_refused_twice and self.head(plan.kind, plan.repo_id, plan.branch) == before.head:
            raise PublishError(
                f"the Hub refused the commit ({failure.reason}) though nobody else committed; "
                "this token may be one that can only open pull requests: add --create-pr"
            )
        if attempt == ROUNDS:
            raise PublishError(f"committing failed {ROUNDS} times: {failure.reason}; run again later")
        self.calls.wait(f"{plan.repo_id}: committing", failure, attempt)

    def _propose(self, step: Step, moved: Moved) -> Pushed:
        """Open a pull request, unless one that proposes the same is open."""
        plan = step.plan
        for attempt in range(1, ROUNDS + 1):
            if page := self._open_proposal(step):
                return Pushed(page, pull_request=page)
            failure = self._try_commit(step, moved)
            if failure:
                self._consider(failure, plan, step.observed, attempt)
        raise PublishError(f"no pull request came of it at {plan.location}; look there and run again")

    def _open_proposal(self, step: Step) -> str | None:
        """Return the page of an open pull request that leads to the wanted state."""
        kind, repo_id = step.plan.kind, step.plan.repo_id
        open_ones = self.call(
            repo_id,
            "looking for open pull requests",
            lambda: list(
                self.api.get_repo_discussions(
                    repo_id, repo_type=kind, discussion_type="pull_request", discussion_status="open"
                )
            ),
        )
        for proposal in open_ones:
            if proposal.title == step.release.title:
                there = self.observe(kind, repo_id, f"refs/pr/{proposal.num}")
                if all(state.same(there.tree.get(path)) for path, state in step.release.tree.items()):
                    return f"{step.plan.location}/discussions/{proposal.num}"
        return None

    def _tag(self, kind: str, repo_id: str, tag: str, commit: str) -> None:
        self.call(
            repo_id,
            f"tagging {tag}",
            lambda: self.api.create_tag(repo_id, repo_type=kind, tag=tag, revision=commit, exist_ok=True),
        )
        found = self.tags(kind, repo_id).get(tag)
        if found != commit:
            raise VerifyError(
                f"the tag {tag} of {repo_id} is at {found}, not at {commit}; tags are never moved, look at it"
            )


def _check_unedited(plan: Plan) -> None:
    if plan.blocked:
        raise VerifyError(f"{', '.join(plan.blocked)} not as written; did somebody edit it? run again")
