"""Text that a page holds and no reader sees: taken out before anything else reads the page.

Owns which elements are hidden: comments, templates, what inline styles or simple rules of a style
sheet hide, letters of the colour of their ground, letters too small to read; and in plain text or
Markdown, comments and the alternative texts of pictures. Zero-width letters are `vietnamese`'s. A
script can hide more: nothing here runs any. Pure.

>>> without_comments("Một. <!-- bí mật --> Hai. ![chữ thay ảnh](a.png)")
'Một.  Hai. '
>>> visible_markdown('A<span style="display:none">B</span>')
'A'
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

_PICTURE = re.compile(r"!\[[^\[\]\n]{0,500}\]\([^()\n]{0,500}\)")
_TAG = re.compile(
    r"<(?P<name>span|div|p|font|section|a|b|i|small|td)\b(?P<attributes>[^<>]{0,500})>", re.I
)
_HIDING = re.compile(
    r"display:none|visibility:(?:hidden|collapse)|opacity:0(?:\.0\d*)?(?:;|$|!)"
    r"|font-size:(?:0|1|2)(?:\.\d+)?(?:px|pt|em|rem|%)?(?:;|$|!)|(?:^|;)(?:left|top|text-indent|margin-left)"
    r":-\d{3,}|clip:rect\(0|clip-path:inset\((?:50|100)%|(?:max-)?(?:height|width):0(?:px)?(?:;|$)"
    r"|(?:^|;)color:transparent"
)
_COLOUR = re.compile(r"(?:^|;)color:([^;!]+)")
_GROUND = re.compile(r"(?:^|;)background(?:-color|-image)?:([^;!]+)")
_WHITES = frozenset({"white", "#fff", "#ffffff", "rgb(255,255,255)", "rgba(255,255,255,1)", "snow"})
_NEARLY_WHITE = re.compile(r"#f[c-f](?:f[c-f]){2}|#f[ef]f[ef]f[ef]|rgb\(25[0-5],25[0-5],25[0-5]\)")
_RULE = re.compile(r"([^{}]{1,200})\{([^{}]{0,1000})\}")
_SIMPLE = re.compile(r"[.#][\w-]+")
_NEVER_SHOWN = ("template", "noscript")


def is_nearly_white(colour: str) -> bool:
    """Return True for six hexadecimal digits, as Office writes colours, that are nearly white.

    >>> is_nearly_white("FEFEFE"), is_nearly_white("FF0000"), is_nearly_white("auto")
    (True, False, False)
    """
    return bool(re.fullmatch(r"(?:[fF][a-fA-F]){3}", colour))


def without_comments(text: str) -> str:
    """Return plain text or Markdown without comments and pictures' alternative texts.

    A comment that nothing ends is none: one line must not swallow the others.
    """
    return _PICTURE.sub("", _without(text, _comments(text)))


def visible_markdown(text: str) -> str:
    """Return Markdown without comments, pictures and elements whose own style hides them."""
    text = without_comments(text)
    return _without(text, _hidden_elements(text))


def _without(text: str, stretches: Iterator[tuple[int, int]]) -> str:
    shown: list[str] = []
    at = 0
    for start, end in stretches:
        shown.append(text[at:start])
        at = end
    return "".join([*shown, text[at:]])


def _comments(text: str) -> Iterator[tuple[int, int]]:
    at = 0
    while (start := text.find("<!--", at)) >= 0 and (end := text.find("-->", start + 4)) >= 0:
        at = end + 3
        yield start, at


def _hidden_elements(text: str) -> Iterator[tuple[int, int]]:
    """Yield where elements stand that hide themselves; one that is not closed hides nothing."""
    lowered, at = text.lower(), 0
    unclosed: set[str] = set()
    for tag in _TAG.finditer(text):
        name = tag["name"].lower()
        if tag.start() < at or name in unclosed or not _hides_itself(tag["attributes"]):
            continue
        end = lowered.find(f"</{name}>", tag.end())
        if end < 0:
            unclosed.add(name)
            continue
        at = end + len(f"</{name}>")
        yield tag.start(), at


def leave_visible(root: Any) -> Any:
    """Take out of a page, an lxml tree, what nobody sees; return the page."""
    rules = dict(_rules(root))
    for element in list(root.iter()):
        if _is_never_shown(element) or _is_hidden(element, rules):
            _drop(element)
        elif element.get("alt"):
            element.set("alt", "")
    return root


def _is_never_shown(element: Any) -> bool:
    """Return True for comments, processing instructions and elements that browsers leave out."""
    return not isinstance(element.tag, str) or element.tag in _NEVER_SHOWN


def _drop(element: Any) -> None:
    """Take an element out, and leave what stands after it."""
    if element.getparent() is not None:
        element.drop_tree()


def _rules(root: Any) -> Iterator[tuple[str, str]]:
    """Yield the simple selectors of the page's own style sheets with what they declare."""
    for sheet in root.iter("style"):
        for selectors, declared in _RULE.findall(sheet.text or ""):
            for selector in selectors.split(","):
                if _SIMPLE.fullmatch(selector.strip()):
                    yield selector.strip(), _plain(declared)


def _is_hidden(element: Any, rules: dict[str, str]) -> bool:
    if element.tag in ("html", "body"):
        return False
    style = _style(element, rules)
    return (
        element.get("hidden") is not None
        or bool(_HIDING.search(style))
        or (_is_light(_COLOUR.search(style)) and not _is_coloured(element, rules))
        or _same_as_ground(style)
    )


def _style(element: Any, rules: dict[str, str]) -> str:
    """Return all that is declared for the element, an old `color` attribute included."""
    names = [f".{name}" for name in element.get("class", "").split()]
    names.append(f"#{element.get('id', '')}")
    colour = f"color:{element.get('color')}" if element.get("color") else ""
    declared = [rules.get(name, "") for name in names]
    return ";".join(filter(None, [*declared, _plain(colour), _plain(element.get("style", ""))]))


def _is_light(colour: re.Match[str] | None) -> bool:
    return colour is not None and (colour[1] in _WHITES or bool(_NEARLY_WHITE.fullmatch(colour[1])))


def _is_coloured(element: Any, rules: dict[str, str]) -> bool:
    """Return True if the element stands on a ground that is not white."""
    while element is not None:
        ground = _GROUND.search(_style(element, rules))
        bare = _plain(element.get("bgcolor", ""))
        told = ground[1] if ground else bare
        if told and told not in _WHITES | {"transparent", "none", "inherit"}:
            return True
        element = element.getparent()
    return False


def _same_as_ground(style: str) -> bool:
    colour, ground = _COLOUR.search(style), _GROUND.search(style)
    return bool(colour and ground and colour[1] == ground[1])


def _hides_itself(attributes: str) -> bool:
    """Return True if the attributes of a tag hide what stands in it, as far as they say."""
    said = re.search(r"style\s*=\s*[\"']([^\"']*)", attributes, re.I)
    style = _plain(said[1]) if said else ""
    return (
        bool(re.search(r"(?:^|\s)hidden(?:\s|=|$)", attributes, re.I))
        or bool(_HIDING.search(style))
        or (_is_light(_COLOUR.search(style)) and not _GROUND.search(style))
        or _same_as_ground(style)
        or bool(re.search(r"color\s*=\s*[\"']?(?:white|#fff(?:fff)?)\b", attributes, re.I))
    )


def _plain(style: str) -> str:
    return re.sub(r"\s+", "", style).lower()
