"""The floors of the chat benchmark: each channel's client or server alone, echoing.

Run as ``python -m benchmarks.floors NAME PORT PROVIDER``: it listens on the port, and answers by the provider's URL.
"""
