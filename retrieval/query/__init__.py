"""What a question asks: words that tell, what is wanted, what it names, how it was meant. Pure.

Comes in: text as typed (without diacritics, abbreviated, in English). Goes out: a `Question`.
"""
