"""Charts: each is a figure, a few sentences that read it in words, and a table that says all it says."""

from recprep.ui.charts.canvas import CONFIG, MIME, Chart, drawn
from recprep.ui.charts.levels import competency_levels, criterion_levels, standing
from recprep.ui.charts.practice import coverage, practice_days
from recprep.ui.charts.scoring import bias, bias_by_set, predictions
from recprep.ui.charts.trends import estimate_trend, move_in_words, trend_lines, weekly_trend
from recprep.ui.charts.wording import Wording

__all__ = [
    "CONFIG",
    "MIME",
    "Chart",
    "Wording",
    "bias",
    "bias_by_set",
    "competency_levels",
    "coverage",
    "criterion_levels",
    "drawn",
    "estimate_trend",
    "move_in_words",
    "practice_days",
    "predictions",
    "standing",
    "trend_lines",
    "weekly_trend",
]
