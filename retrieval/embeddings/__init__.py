"""Texts become vectors: the built-in model, or a server's.

Comes in: texts. Goes out: float32 arrays of shape (n, dim), rows of length 1. `onnx` runs the
built-in model faster, proven against it.
"""
