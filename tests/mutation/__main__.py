"""`make mutate`: mutates the core, runs each module's tests, and prints by module the mutations that none detected.

Results are stored in .mutation/, so that an interrupted run continues; a changed module or test is tried again. The
exit code is 1 if less than 90 % of the mutations are detected.
"""

import argparse
import hashlib
import json
import random
import sys
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from tests.mutation.copies import PROJECT, Copy
from tests.mutation.operators import Mutation, mutations
from tests.mutation.targets import TARGETS, Target

WANTED_PERCENT = 90
SLOWEST_SECONDS = 600.0
"""Timeout of one module's tests without a mutation; with a mutation it is three times the time that these took."""
RESULTS = PROJECT / ".mutation" / "results.jsonl"


@dataclass(frozen=True, slots=True)
class Trial:
    """A mutation of a module, and the tests that should detect it."""

    target: Target
    mutation: Mutation

    @property
    def name(self) -> str:
        return f"{self.target.module}:{self.mutation.line} {' '.join(self.mutation.what.split())[:200]}"

    @property
    def key(self) -> str:
        """A hash of the module's text and its tests."""
        texts = (self.mutation.source, *((PROJECT / test).read_text() for test in self.target.tests))
        return hashlib.sha256("\0".join(texts).encode()).hexdigest()


def select_trials(only: str, kind: str, sample: int, seed: int) -> list[Trial]:
    """Return mutations described by `kind` of the modules named by `only`: `sample` random ones, or all if it is 0."""
    trials = [
        Trial(target, mutation)
        for target in TARGETS
        if only in target.module
        for mutation in mutations((PROJECT / target.path).read_text())
        if kind in mutation.what
    ]
    return random.Random(seed).sample(trials, min(sample, len(trials))) if sample else trials


def main() -> int:
    parser = argparse.ArgumentParser(prog="make mutate", description=__doc__)
    parser.add_argument("--sample", type=int, default=0, help="number of random mutations; 0 for all")
    parser.add_argument("--seed", type=int, default=8)
    parser.add_argument("--only", default="", help="part of a module's name")
    parser.add_argument("--kind", default="", help="part of a mutation's description, such as omitted")
    options = parser.parse_args()
    trials = select_trials(options.only, options.kind, options.sample, options.seed)
    survivors: dict[str, list[str]] = {}
    with Copy() as copy:
        for number, trial in enumerate(trials, 1):
            result = _is_detected(copy, trial)
            survivors.setdefault(trial.target.module, []).extend([] if result else [trial.name])
            print(f"{number}/{len(trials)} {'detected ' if result else 'SURVIVED'} {trial.name}", flush=True)
    detected = len(trials) - sum(map(len, survivors.values()))
    percent = 100 * detected / len(trials) if trials else 100.0
    print("", *report(survivors, Counter(trial.target.module for trial in trials)), sep="\n")
    print(f"{detected} of {len(trials)} detected: {percent:.1f} %")
    return 0 if percent >= WANTED_PERCENT else 1


def report(survivors: dict[str, list[str]], tried: Mapping[str, int]) -> list[str]:
    """Return a line for each module, those with the most undetected mutations first, and these mutations below it."""
    modules = sorted(survivors, key=lambda module: (-len(survivors[module]), module))
    return [
        line
        for module in modules
        for line in (
            f"{module}: {len(survivors[module])} of {tried[module]} not detected",
            *(f"  {name.removeprefix(module)}" for name in survivors[module]),
        )
    ]


def _is_detected(copy: Copy, trial: Trial) -> bool:
    """Return whether a test detects the mutation, now or in an earlier run."""
    results = _read_results()
    if trial.key not in results:
        run = copy.run(
            trial.target.path, trial.mutation.source, trial.target.tests, _timeout(copy, trial.target, results)
        )
        _store_result(
            trial.key, {"name": trial.name, "detected": run.failed, "by": run.first, "seconds": round(run.seconds, 1)}
        )
        return run.failed
    return bool(results[trial.key]["detected"])


def _timeout(copy: Copy, target: Target, results: dict[str, dict[str, object]]) -> float:
    """Return how many seconds the tests of a mutation may take. Exit if they fail without a mutation."""
    text = (PROJECT / target.path).read_text()
    unchanged = Trial(target, Mutation(0, "unchanged", text))
    if unchanged.key not in results:
        run = copy.run(target.path, text, target.tests, SLOWEST_SECONDS)
        if run.failed:
            sys.exit(f"The tests of {target.module} fail without a mutation: {run.first}")
        _store_result(unchanged.key, {"name": unchanged.name, "detected": False, "seconds": round(run.seconds, 1)})
        return 3 * run.seconds
    return 3 * float(str(results[unchanged.key]["seconds"]))


def _read_results() -> dict[str, dict[str, object]]:
    lines = RESULTS.read_text().splitlines() if RESULTS.exists() else []
    return {line["key"]: line for line in map(json.loads, lines)}


def _store_result(key: str, result: dict[str, object]) -> None:
    RESULTS.parent.mkdir(exist_ok=True)
    with RESULTS.open("a") as file:
        file.write(json.dumps({"key": key, **result}) + "\n")


if __name__ == "__main__":
    sys.exit(main())
