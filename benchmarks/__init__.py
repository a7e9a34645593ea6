"""Measurements of specrun, beside other runners of task graphs."""
