"""Files and web pages become Documents: decoded, parsed, freed of boilerplate, described.

Comes in: bytes and paths. Goes out: `Document` (stored text, NFC) with title, publisher and date;
SourceError with a sentence for people where that cannot be.
"""
