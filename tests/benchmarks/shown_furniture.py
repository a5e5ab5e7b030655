"""Look through quotes that are shown: none may be page furniture.

    python -m tests.benchmarks.shown_furniture [--quotes N] [--list]

The questions of the suites of `../shared` are asked over its documents until N quotes are shown. A
quote is suspected if one of its lines speaks as frames of pages do: buttons, comment forms,
imprints, lists of related pages. The judge is kept apart from `data/boilerplate.tsv`, by which
furniture is left out: it knows words, not places, and suspects too much rather than too little.
`--list` prints all quotes, for eyes. Exit status 1 if a quote is suspected; where the folder is
absent nothing is measured.
"""

from __future__ import annotations

import argparse
import re
import sys

from retrieval.answering.chain import Answerer
from retrieval.evaluation.scratch_index import scratch_index
from retrieval.models import Quote
from retrieval.ranking.reader import open_reader
from retrieval.ranking.retriever import Search
from retrieval.ranking.weights import load_ranking
from tests.benchmarks.cached_embeddings import kept_embeddings
from tests.benchmarks.suites import CACHE, EVERYDAY, OFFICE, SHARED, suites

_FRAME = re.compile(
    r"\b(?:bình luận|chia sẻ bài|xem thêm|đọc thêm|tin liên quan|bài liên quan|cùng chuyên mục"
    r"|tin khác|đăng nhập|đăng ký nhận tin|bản quyền|ghi rõ nguồn|tổng biên tập"
    r"|giấy phép (?:số|hoạt động|xuất bản)|tòa soạn|đường dây nóng|quảng cáo|lượt xem|in trang"
    r"|về đầu trang|quay lại|trang chủ|sơ đồ trang|số ký tự|gửi phản hồi|họ và tên ?:|email ?:"
    r"|hotline ?:|fanpage|theo dõi chúng tôi|từ khóa ?:|tags? ?:|mục lục|sửa mã nguồn|thể loại ?:"
    r"|lưu trữ \d{4}|wayback)|©|^[|»›]",
    re.IGNORECASE,
)


def main() -> int:
    """Ask, look and print; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quotes", type=int, default=300)
    parser.add_argument("--list", action="store_true")
    options = parser.parse_args()
    if not SHARED.is_dir():
        sys.stdout.write("nothing to measure: no such folder\n")
        return 0
    quotes = _shown(options.quotes)
    suspected = [quote for quote in quotes if is_suspected(quote.text)]
    for quote in quotes if options.list else suspected:
        mark = "!" if is_suspected(quote.text) else " "
        sys.stdout.write(f"{mark} {quote.source.path}: {' '.join(quote.text.split())[:240]}\n")
    sys.stdout.write(f"{len(quotes)} quotes shown, {len(suspected)} suspected\n")
    return int(bool(suspected))


def is_suspected(text: str) -> bool:
    """Return True if a line of the text speaks as frames of pages do.

    >>> is_suspected("Điều 5. Kết nạp."), is_suspected("Điều 5. Kết nạp.\\nXem thêm: Điều 6")
    (False, True)
    """
    return any(_FRAME.search(line.strip()) for line in text.splitlines())


def _shown(count: int) -> list[Quote]:
    """Return the first quotes that the questions of the suites are answered with."""
    quotes: list[Quote] = []
    embeddings = kept_embeddings()
    ranking = load_ranking(open_reader(CACHE))
    for suite in suites(names=(OFFICE, EVERYDAY)):
        with scratch_index(suite.documents, embeddings) as (ledger, store):
            answerer = Answerer(Search(ledger.snapshot, store, embeddings, ranking), ranking)
            for case in suite.cases:
                quotes += answerer.answer(case.question).quotes
                if len(quotes) >= count:
                    return quotes[:count]
    return quotes


if __name__ == "__main__":
    sys.exit(main())
