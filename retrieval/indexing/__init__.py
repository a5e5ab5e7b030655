"""What a reload does: compare, read, stage, publish; and how it is taken back.

Comes in: a folder and the index. Goes out: a new state of `index.db` and Chroma, and a `Report`.
Readers see the state before or after, none between; a kill leaves one of the two.
"""
