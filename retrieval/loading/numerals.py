"""The numbers of lists as documents write them: letters and Roman numerals. Pure."""


def in_letters(number: int) -> str:
    """Return a positive number as the letters of a list: a … z, aa, ab …

    >>> [in_letters(n) for n in (1, 26, 27)]
    ['a', 'z', 'aa']
    """
    letters = ""
    while number > 0:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("a") + rest) + letters
    return letters


def roman(number: int) -> str:
    """Return the Roman numeral of 1 to 3999; digits beyond.

    >>> roman(14), roman(4000)
    ('XIV', '4000')
    """
    if not 0 < number < 4000:
        return str(number)
    values = (1000, 900, 500, 400, 100, 90, 50, 40, 10, 9, 5, 4, 1)
    letters = ("M", "CM", "D", "CD", "C", "XC", "L", "XL", "X", "IX", "V", "IV", "I")
    parts: list[str] = []
    for value, letter in zip(values, letters, strict=True):
        parts += [letter] * (number // value)
        number %= value
    return "".join(parts)
