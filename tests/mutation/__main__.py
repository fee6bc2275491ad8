"""`make mutate`: mutates the core, runs the tests beside each module, and prints what none of them noticed.

What was tried is kept in .mutation/, so that an interrupted run goes on where it was; a changed module or test is
tried again. Ends with 1 where less than 90 % of what was tried is noticed.
"""

import argparse
import hashlib
import json
import random
import sys
from dataclasses import dataclass

from tests.mutation.copies import PROJECT, Copy
from tests.mutation.operators import Mutation, mutations
from tests.mutation.targets import TARGETS, Target

WANTED_PERCENT = 90
SLOWEST_SECONDS = 600.0
"""For the tests of one module as they are; a mutation gets three times what these took."""
KEPT = PROJECT / ".mutation" / "results.jsonl"


@dataclass(frozen=True, slots=True)
class Trial:
    """A mutation of a module with the tests that are to notice it."""

    target: Target
    mutation: Mutation

    @property
    def name(self) -> str:
        return f"{self.target.module}:{self.mutation.line} {' '.join(self.mutation.what.split())[:200]}"

    @property
    def key(self) -> str:
        """Changes with the module's text and with its tests."""
        texts = (self.mutation.source, *((PROJECT / test).read_text() for test in self.target.tests))
        return hashlib.sha256("\0".join(texts).encode()).hexdigest()


def chosen(only: str, sample: int, seed: int) -> list[Trial]:
    """Mutations of the modules that `only` is a part of: so many at random, or all where `sample` is 0."""
    targets = [target for target in TARGETS if only in target.module]
    found = [Trial(target, one) for target in targets for one in mutations((PROJECT / target.path).read_text())]
    return random.Random(seed).sample(found, min(sample, len(found))) if sample else found


def main() -> int:
    parser = argparse.ArgumentParser(prog="make mutate", description=__doc__)
    parser.add_argument("--sample", type=int, default=0, help="so many at random; 0 for all")
    parser.add_argument("--seed", type=int, default=8)
    parser.add_argument("--only", default="", help="part of a module's name")
    options = parser.parse_args()
    trials = chosen(options.only, options.sample, options.seed)
    noticed, survivors = 0, list[str]()
    with Copy() as copy:
        for number, trial in enumerate(trials, 1):
            result = _tried(copy, trial)
            noticed += result
            survivors += [] if result else [trial.name]
            print(f"{number}/{len(trials)} {'noticed ' if result else 'SURVIVED'} {trial.name}", flush=True)
    percent = 100 * noticed / len(trials) if trials else 100.0
    print(f"\n{noticed} of {len(trials)} noticed: {percent:.1f} %", *survivors, sep="\n")
    return 0 if percent >= WANTED_PERCENT else 1


def _tried(copy: Copy, trial: Trial) -> bool:
    """Whether a test notices the mutation, now or in an earlier run of the same."""
    kept = _kept()
    if trial.key not in kept:
        run = copy.run(
            trial.target.path, trial.mutation.source, trial.target.tests, _patience(copy, trial.target, kept)
        )
        _keep(trial.key, {"name": trial.name, "noticed": run.failed, "by": run.first, "seconds": round(run.seconds, 1)})
        return run.failed
    return bool(kept[trial.key]["noticed"])


def _patience(copy: Copy, target: Target, kept: dict[str, dict[str, object]]) -> float:
    """How long a mutation's tests may take. Exits where they are red without one."""
    text = (PROJECT / target.path).read_text()
    unchanged = Trial(target, Mutation(0, "unchanged", text))
    if unchanged.key not in kept:
        run = copy.run(target.path, text, target.tests, SLOWEST_SECONDS)
        if run.failed:
            sys.exit(f"The tests of {target.module} are red without a mutation: {run.first}")
        _keep(unchanged.key, {"name": unchanged.name, "noticed": False, "seconds": round(run.seconds, 1)})
        return 3 * run.seconds
    return 3 * float(str(kept[unchanged.key]["seconds"]))


def _kept() -> dict[str, dict[str, object]]:
    lines = KEPT.read_text().splitlines() if KEPT.exists() else []
    return {line["key"]: line for line in map(json.loads, lines)}


def _keep(key: str, result: dict[str, object]) -> None:
    KEPT.parent.mkdir(exist_ok=True)
    with KEPT.open("a") as file:
        file.write(json.dumps({"key": key, **result}) + "\n")


if __name__ == "__main__":
    sys.exit(main())
