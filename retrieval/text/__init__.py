"""Vietnamese text: letters, words, sentences, passages, numbers, names, places. Pure.

Comes in: NFC text. Goes out: spans and keys; offsets are characters. Knows nothing of an index.
"""
