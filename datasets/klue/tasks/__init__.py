"""The nine configs. A new one is a module here, its raw files in sources.json, and its prose in card/."""

from __future__ import annotations

from ..errors import UnknownNameError
from ..task import Task
from . import dp, mrc, ner, nli, ood, re_, sts, wos, ynat

TASKS: dict[str, Task] = {
    module.TASK.config: module.TASK for module in (ynat, sts, nli, ner, re_, dp, mrc, wos, ood)
}
"""All tasks in the order in which KLUE and this package list them."""


def get_task(config: str) -> Task:
    """Return a task by its config name.

    Raises:
        UnknownNameError: there is none of that name; the known ones are listed.
    """
    if config not in TASKS:
        raise UnknownNameError("config", config, list(TASKS))
    return TASKS[config]
