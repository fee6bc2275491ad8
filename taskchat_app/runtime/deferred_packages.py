"""Imports a package only when an attribute of it is first read: a start without it is faster."""

import sys
from importlib.util import find_spec, module_from_spec
from typing import Any


def defer(name: str) -> None:
    """Put the package among the imported ones, unless it is one. importlib's LazyLoader loads it with its modules."""
    spec = None if name in sys.modules else find_spec(name)
    if spec is None:
        return
    package: Any = module_from_spec(spec)

    def first_use(attribute: str) -> Any:
        del package.__getattr__
        try:
            package.__loader__.exec_module(package)
        except BaseException:
            package.__getattr__ = first_use  # the next use tries again
            raise
        return getattr(package, attribute)

    package.__getattr__ = first_use
    sys.modules[name] = package
