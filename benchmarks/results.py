"""Writes results.json and the plots."""

import json
import platform
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import matplotlib as mpl
import psutil
from matplotlib import pyplot as plt

from benchmarks.figures import FACTORS, Curve, Row

mpl.use("Agg")


def write_results(folder: Path, rows: Sequence[Row], curves: Sequence[Curve]) -> None:
    """Write results.json and a PNG for each curve into the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    measured = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "cores": psutil.cpu_count(),
        "load": psutil.getloadavg()[1],
        "python": platform.python_version(),
        "rows": [row.as_json() for row in rows],
        "curves": [{"name": curve.name, "size": curve.size, "lines": curve.medians()} for curve in curves],
    }
    (folder / "results.json").write_text(json.dumps(measured, indent=1) + "\n")
    for curve in curves:
        _plot(curve, folder / f"{curve.name.replace(' ', '-')}.png")


def _plot(curve: Curve, path: Path) -> None:
    figure, axes = plt.subplots(figsize=(7, 4), layout="constrained")
    for name, points in curve.medians().items():
        sizes = [size for size, _ in points]
        axes.plot(sizes, [cost * FACTORS[curve.unit] for _, cost in points], marker="o", label=name)
    axes.set_xscale("symlog", linthresh=100)
    axes.set_ylim(bottom=0)
    axes.set_xlabel(curve.size)
    axes.set_ylabel(curve.unit)
    axes.set_title(curve.name)
    axes.legend()
    figure.savefig(path, dpi=110)
    plt.close(figure)
