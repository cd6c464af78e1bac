"""KLUE's official scoring: pure numpy scorers, and `klue_metric.KlueMetric` for `evaluate.load`.

Importing this package imports neither `evaluate` nor `datasets`; only `klue_metric.py` needs them.
"""
