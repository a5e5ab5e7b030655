"""How good answers are, measured on questions whose answers are known.

In come question files and an index; out come an outcome for each question, figures over many, and
the stages at which answers are lost. Asking is done as people ask, through the assistant.
"""
