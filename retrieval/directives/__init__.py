"""References to directives in text: found, named, compared, related. Pure.

Owns the grammar of kinds, numbers, dates and issuers ("Quy định số 205-QĐ/TW"). Comes in: text.
Goes out: `Reference`s, relations between them, and whether two mean one directive.
"""
