"""Which metrics there are, in the order in which they are measured and shown."""

from collections.abc import Callable

from bench.bench import Bench
from bench.figure import Figure
from bench.metrics import (
    capacity,
    crash,
    finished_page,
    first_load,
    hand_over,
    hung_seat,
    memory,
    on_screen,
    paid_twice,
    rejoin,
    run_wall,
    runs_list,
    stopping,
    streaming,
    watchers,
)

Measure = Callable[[Bench], Figure | list[Figure]]

#: A key may stand for several figures; `make bench ONLY="P1 P2"` takes those alone.
MEASURES: dict[str, Measure] = {
    "P1": run_wall.measure_one,
    "P2": run_wall.measure_many,
    "P3": on_screen.measure_standard,  # With P4.
    "P5": on_screen.measure_long,
    "P6": streaming.measure_lag,
    "P7": streaming.measure_cpu,
    "loop": streaming.measure_pause,
    "P8": capacity.measure,
    "P9": memory.measure,
    "P10": watchers.measure,
    "P11": rejoin.measure,
    "P12": crash.measure,
    "P13": hand_over.measure,
    "P14": hung_seat.measure,
    "P15": stopping.measure,
    "P16": finished_page.measure,
    "P17": first_load.measure,
    "P18": runs_list.measure,
    # Last: it counts what all the others asked.
    "P19": paid_twice.measure,
}
