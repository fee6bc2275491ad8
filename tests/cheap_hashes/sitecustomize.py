"""Hashes passwords at the lowest cost in the server processes of tests: a hash takes 0.2 s of CPU otherwise.

Python imports it at its start, if PYTHONPATH has this folder.
"""

import importlib.util
import sys
from importlib.machinery import ModuleSpec
from typing import Any

HASHER = "pwdlib.hashers.argon2"
TIME_COST, MEMORY_COST_KIB, PARALLELISM = 1, 8, 1


class CheapHasher:
    """Import hook that changes the defaults of Argon2Hasher once its module is imported."""

    def find_spec(self, name: str, path: Any, target: Any = None) -> ModuleSpec | None:
        if name != HASHER:
            return None
        sys.meta_path.remove(self)  # pyright: ignore[reportArgumentType]  # has what the protocol needs
        spec = importlib.util.find_spec(name)
        assert spec is not None
        assert spec.loader is not None
        execute = spec.loader.exec_module

        def change_defaults(module: Any) -> None:
            execute(module)
            create = module.Argon2Hasher.__init__
            create.__defaults__ = (TIME_COST, MEMORY_COST_KIB, PARALLELISM, *create.__defaults__[3:])

        spec.loader.exec_module = change_defaults
        return spec


sys.meta_path.insert(0, CheapHasher())  # pyright: ignore[reportArgumentType]  # see above
