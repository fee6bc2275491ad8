"""The measurement of growth, on curves: which times count as linear, and which as too steep."""

from collections.abc import Callable

import pytest

from tests.linear_time import growth

SLOW: dict[str, Callable[[float], float]] = {
    "quadratic": lambda size: 2e-9 * size**2,
    "quadratic after a constant part": lambda size: 1e-3 + 4e-8 * size**2,
    "cubic": lambda size: 5e-13 * size**3,
    "exponential": lambda size: 7e-5 * 2 ** ((size - 500) / 300),
    "linear, but longer than allowed": lambda size: 5e-4 * size,
}
FAST: dict[str, Callable[[float], float]] = {
    "linear": lambda size: 1e-6 * size,
    "slow linear": lambda size: 5e-5 * size,
    "constant": lambda size: 0.01,
    "quadratic below the floor": lambda size: 2e-10 * size**2,
    "linear with a logarithm": lambda size: 1e-7 * size * len(bin(int(size))),
}


def growth_on(curve: Callable[[float], float], monkeypatch: pytest.MonkeyPatch) -> str | None:
    monkeypatch.setattr(growth, "_seconds", lambda _call, text: min(curve(len(text)), growth.TIMEOUT_SECONDS))
    return growth.first_growth(len, [lambda size: "a" * size])


def test_steep_growth_is_found_and_other_growth_passes(monkeypatch: pytest.MonkeyPatch):
    found = {name: growth_on(curve, monkeypatch) for name, curve in {**SLOW, **FAST}.items()}
    assert [name for name, growth in found.items() if growth] == list(SLOW)


def test_a_single_slow_measurement_is_no_growth(monkeypatch: pytest.MonkeyPatch):
    slow = iter([0.004, 0.02, 0.1, 0.45])
    monkeypatch.setattr(growth, "_seconds", lambda _call, text: next(slow, 1e-5 * len(text)))
    assert growth.first_growth(len, [lambda size: "a" * size]) is None
