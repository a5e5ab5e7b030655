"""The directives of the live index: looked up, listed, and what became of them.

Comes in: a reference or a question that names one. Goes out: where it is spoken of, and
what replaced it.
"""
