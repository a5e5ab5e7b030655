"""`index.db` and the Chroma collection: tables, reading, writing, bringing the two in line.

SQLite is the truth, Chroma can be filled again from it; both can be rebuilt from the sources. Comes
in: documents split and embedded. Goes out: snapshots, passages, sentences, nearest vectors.
"""
