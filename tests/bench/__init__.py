"""Benchmarks: never timed tests, but a table to compare with. `python -m tests.bench` measures over HTTP."""
