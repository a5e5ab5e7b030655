"""The reader's weights, made again: candidates, examples, training, export.

What comes in: questions with known answers, and the documents they are asked over. What goes out:
`retrieval/ranking/reader.onnx`. `python -m tests.benchmarks.reader` runs all of it. PyTorch is
needed for training alone (the extra `train`); the product never imports this package.
"""
