"""Repeatable measurements. Each prints one line a figure: id, name, value, goal, verdict. `python -m bench --only p2`.

A ratio is the median of at least five interleaved pairs, ours and the peer's by turns in one run on one server, because
machines are noisy and a rate alone says nothing. Peers stand in `bench/peers`; what only a peer needs is installed into
an environment of its own, never into the product's.
"""
