"""Latencies and points as the scenarios give them: cells of a table, figures by name, and the line through points."""

from __future__ import annotations

from collections.abc import Sequence

from bench.result import Latencies

COLUMNS = ("p50 ms", "p90 ms", "p99 ms", "p99.9 ms", "max ms")


def cells(latencies: Latencies) -> tuple[str, ...]:
    """Below COLUMNS."""
    return (*(f"{latencies.ms(per_cent):.2f}" for per_cent in (50, 90, 99, 99.9)), f"{latencies.longest_ms:.2f}")


def mib(found: float | None) -> str:
    """Memory of a server, in a cell; it is not known where there is no /proc."""
    return "not known here" if found is None else f"{found:.0f}"


def figures(prefix: str, latencies: Latencies) -> dict[str, float]:
    named = {f"{prefix}/p{name}_ms": latencies.ms(per_cent) for name, per_cent in (("50", 50), ("90", 90), ("99", 99), ("99_9", 99.9))}
    return {**named, f"{prefix}/max_ms": latencies.longest_ms}


def slope(points: Sequence[tuple[float, float]]) -> float:
    """How much y grows with x, by least squares; 0 for fewer than two points."""
    if len(points) < 2:
        return 0.0
    mean_x, mean_y = (sum(point[at] for point in points) / len(points) for at in (0, 1))
    spread = sum((x - mean_x) ** 2 for x, _ in points)
    return sum((x - mean_x) * (y - mean_y) for x, y in points) / spread if spread else 0.0
