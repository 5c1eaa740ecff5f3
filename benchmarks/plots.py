"""A picture of the ratios."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from benchmarks.tables import baseline_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from benchmarks.figures import Measurement

__all__ = ["plot_ratios"]

SHOWN: Final = ("message", "typed", "handshake", "http")
OURS: Final = "#3f51b5"
THEIRS: Final = "#9e9e9e"


def plot_ratios(measurements: Iterable[Measurement], path: Path) -> None:
    """Draw the instructions of everybody as ratios to Starlette's, one picture for each metric.

    Args:
        measurements: What was measured.
        path: The SVG to write; the same ratios make the same file.
    """
    import matplotlib as mpl
    from matplotlib.figure import Figure

    shown = [found for name in SHOWN for found in measurements if (found.metric, found.unit) == (name, "instructions")]
    if not shown:
        return
    heights = [len(measured.rounds) + 1 for measured in shown]
    with mpl.rc_context({"svg.hashsalt": "pyfly", "svg.fonttype": "none", "font.size": 9}):
        figure = Figure(figsize=(8, 0.28 * sum(heights) + 0.4 * len(shown)), layout="constrained")
        grid = figure.subplots(len(shown), 1, squeeze=False, height_ratios=heights)
        for axes, measured in zip(grid[:, 0], shown, strict=True):
            baseline = baseline_of(measured)
            names = sorted(measured.rounds, key=lambda name: measured.value(name).median, reverse=True)
            ratios = [measured.ratio(name, baseline).median for name in names]
            bars = axes.barh(names, ratios, color=[OURS if name.startswith("pyfly") else THEIRS for name in names])
            labels = axes.bar_label(bars, labels=[f"{ratio:.2f}" for ratio in ratios], padding=3)
            for label in labels:  # the line at 1 runs behind those that stand next to it
                label.set_bbox({"facecolor": "white", "edgecolor": "none", "pad": 1})
            axes.axvline(1, color="#616161", linewidth=0.8, zorder=0.5)
            axes.set_title(f"Instructions for {measured.each}, as a ratio to {baseline}", loc="left", fontsize=9)
            axes.margins(x=0.12)
            axes.spines[["top", "right"]].set_visible(False)
        figure.savefig(path, format="svg", metadata={"Date": None})
