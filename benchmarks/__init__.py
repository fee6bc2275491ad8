"""Benchmarks: taskchat's times as ratios against baselines that do the same work in the same run."""
