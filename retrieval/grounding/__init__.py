"""May a model's claim be shown? Numbers, dates, names, roles, negations against evidence. Pure.

Comes in: a claim and the passages it cites. Goes out: kept with its support, or dropped and why.
"""
