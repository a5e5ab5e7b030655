"""How messages look on a page: entities as Telegram nests and counts them."""

from botapi.page import marked_up


def test_entities_are_nested_and_counted_as_telegram_does():
    text = "🙂 a <b> c\nd"
    entities = [
        {"type": "blockquote", "offset": 3, "length": 7},
        {"type": "bold", "offset": 5, "length": 3},
    ]

    html = marked_up(text, entities)

    assert html == "🙂 <blockquote>a <b>&lt;b&gt;</b> c</blockquote>d"
