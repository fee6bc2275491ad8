"""Changes values in the server processes of tests, once the module that has them is imported.

Passwords are hashed at the lowest cost: a hash takes 0.2 s of CPU otherwise. The variable TEST_VALUES names others, as
{"taskchat_app.shutdown_limits": {"WORKER_SECONDS": 600}}: a time limit that a busy machine misses.
Python imports this at its start, if PYTHONPATH has the folder.
"""

import importlib.util
import json
import os
import sys
from importlib.machinery import ModuleSpec
from typing import Any

HASHER = "pwdlib.hashers.argon2"
TIME_COST, MEMORY_COST_KIB, PARALLELISM = 1, 8, 1


class Changes:
    """Import hook that changes modules after their execution."""

    def __init__(self) -> None:
        self._found: set[str] = set()

    def find_spec(self, name: str, path: Any, target: Any = None) -> ModuleSpec | None:
        if name != HASHER and not name.startswith("taskchat_app."):
            return None
        # A fork has its environment only now.
        values: dict[str, Any] = json.loads(os.environ.get("TEST_VALUES", "{}")).get(name, {})
        if name in self._found or not (values or name == HASHER):
            return None
        self._found.add(name)
        spec = importlib.util.find_spec(name)
        assert spec is not None
        assert spec.loader is not None
        execute = spec.loader.exec_module

        def change(module: Any) -> None:
            execute(module)
            vars(module).update(values)
            if name == HASHER:
                create = module.Argon2Hasher.__init__
                create.__defaults__ = (TIME_COST, MEMORY_COST_KIB, PARALLELISM, *create.__defaults__[3:])

        spec.loader.exec_module = change
        return spec


sys.meta_path.insert(0, Changes())  # pyright: ignore[reportArgumentType]  # has what the protocol needs
