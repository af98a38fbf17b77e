"""`make bench`: the real server against a scripted upstream, beside an ideal client.

Each metric of docs/performance.md is one small module in `bench/metrics/`, with one function:

    def measure(bench: Bench) -> Figure | list[Figure]
"""
