"""Feeds as they are found: RSS, RDF, Atom, broken and hostile ones; rules of subscriptions."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.errors import SourceError
from retrieval.loading.feeds import MOST_ITEMS, FeedItem, kind_of, parse_feed, rule_of

URL = "https://bao.example/rss"
RDF = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel><title>Công báo</title></channel>
<item><title>Thông báo 7</title><link>https://bao.example/7</link><dc:date>2024-05-06</dc:date></item>
</rdf:RDF>"""
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><title>Tin</title><entry><id>urn:1</id>
<title type="html">Họp &lt;b&gt;chi bộ&lt;/b&gt;</title><link rel="self" href="/s"/>
<link href="/hop.pdf"/><updated>2024-05-06T10:00:00Z</updated></entry></feed>"""
HOSTILE = """<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">
<!ENTITY f SYSTEM "file:///etc/hostname">]><rss><channel><title>T &b;</title>
<item><title>&f;&b;</title><link>/a</link></item>
<item><title>Đường dẫn lạ</title><link>javascript:alert(1)</link></item>
<item><title>Không dẫn đi đâu</title></item></channel></rss>"""


def test_the_three_forms_are_read():
    rdf, atom = parse_feed(RDF.encode(), URL), parse_feed(ATOM.encode(), URL)

    assert (rdf.title, atom.title) == ("Công báo", "Tin")
    day = date(2024, 5, 6)
    assert rdf.items == (
        FeedItem("https://bao.example/7", "Thông báo 7", "https://bao.example/7", "html", day),
    )
    assert atom.items == (
        FeedItem("urn:1", "Họp chi bộ", "https://bao.example/hop.pdf", "pdf", day),
    )


def test_entities_are_not_expanded_and_items_lead_to_the_web_alone():
    (item,) = parse_feed(HOSTILE.encode(), URL).items

    assert item.url == "https://bao.example/a"
    assert "aaaa" not in item.title


def test_a_long_feed_is_read_up_to_a_limit():
    entries = "".join(f"<item><title>{n}</title><link>/{n}</link></item>" for n in range(500))

    assert len(parse_feed(f"<rss><channel>{entries}</channel></rss>".encode(), URL).items) == (
        MOST_ITEMS
    )


@given(data=st.binary(max_size=200))
def test_anything_else_is_refused_in_words(data):
    with pytest.raises(SourceError, match="RSS"):
        parse_feed(data, URL)


@pytest.mark.parametrize(
    ("typed", "title", "url", "taken"),
    [
        ("", "Gì cũng được", URL, True),
        ("từ: chỉ thị", "CHỈ THỊ mới của tỉnh", URL, True),
        ("từ: chi thi", "Chỉ thị mới của tỉnh", URL, True),
        ("từ: hội", "Xã hội", URL, True),
        ("từ: hộ", "Xã hội", URL, False),
        ("nơi: bao.example", "a", "https://www.bao.example/1", True),
        ("nơi: bao.example", "a", "https://xbao.example/1", False),
        ("loại: .PDF", "a", "https://bao.example/1.pdf", True),
        ("loại: pdf", "a", "https://bao.example/1", False),
        ("words: nghị quyết | kind: html | auto", "Nghị quyết 5", URL, True),
    ],
)
def test_a_rule_takes_what_it_says(typed, title, url, taken):
    assert rule_of(typed).takes(FeedItem("1", title, url, kind_of(url))) is taken


@pytest.mark.parametrize("typed", ["từ", "từ:", "màu: đỏ", "nghị quyết"])
def test_what_is_no_rule_is_refused(typed):
    with pytest.raises(SourceError, match="Không hiểu"):
        rule_of(typed)
