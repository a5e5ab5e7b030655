"""The model branch: passages become a prompt, a model's sentences become a checked answer.

Owns the order of prompt, stream, check and fallback, and follow-ups written out by a model. Comes
in: what `answering` found. Goes out: an `Answer` with numbered quotes, or the extractive one.
"""
