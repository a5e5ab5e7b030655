"""Scored sentences become quotes or a refusal: the end of the way without a model.

Owns the decision whether there is enough evidence, which quotes are shown, that they stand in the
stored text to the letter, and what has to be said before them. Comes in: `Findings` of `ranking`.
Goes out: an `Answer` with its `Refusal` or `Remark`s, as values.
"""
