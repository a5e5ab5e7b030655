"""How well questions of a file are answered, and at which stage the others are lost.

Comes in: cases (JSONL, SQuAD) and what is to be asked. Goes out: outcomes and figures: hits,
source, refusals, AUC, stages. Writes an index of its own that is thrown away (`scratch_index`).
"""
