"""The nine configs, one row each."""

from __future__ import annotations

from typing import Final

from .classification import INFERENCE, INTENTION, TOPIC
from .dependency import DEPENDENCY
from .dialogue import DIALOGUE
from .entities import ENTITIES
from .reading import READING
from .relation import RELATION
from .similarity import SIMILARITY
from .task import Task

TASKS: Final[dict[str, Task]] = {
    task.config: task
    for task in (TOPIC, SIMILARITY, INFERENCE, ENTITIES, RELATION, DEPENDENCY, READING, DIALOGUE, INTENTION)
}
