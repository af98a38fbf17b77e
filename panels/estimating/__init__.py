"""What a run will cost and take, as ranges that hold the actual in nine of ten runs. Pure."""

from panels.estimating.comparing import Comparison, compare
from panels.estimating.estimates import (
    CallEstimate,
    Estimate,
    PlannedCall,
    PriceOf,
    estimate_call,
    estimate_run,
)
from panels.estimating.history import History, Sample
from panels.estimating.ranges import Range
from panels.estimating.stored import (
    EstimatedCall,
    RunEstimate,
    run_estimate,
    run_estimate_from_json,
    single_estimate,
    usd_range_from,
    usd_range_json,
)
from panels.estimating.tokens import tokens_in_text

__all__ = [
    "CallEstimate",
    "Comparison",
    "Estimate",
    "EstimatedCall",
    "History",
    "PlannedCall",
    "PriceOf",
    "Range",
    "RunEstimate",
    "Sample",
    "compare",
    "estimate_call",
    "estimate_run",
    "run_estimate",
    "run_estimate_from_json",
    "single_estimate",
    "tokens_in_text",
    "usd_range_from",
    "usd_range_json",
]
