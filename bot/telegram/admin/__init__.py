"""What administrators do in a chat, one job a module; `authorization` says who may.

Comes in: an `Order` (who, where, what was typed or pressed). Goes out: messages, changes of sources
and index, and a line in the audit trail.
"""
