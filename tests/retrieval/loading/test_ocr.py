"""Scans and photographs: read by Tesseract where it is, and marked so at every quote."""

import io
import json
from types import SimpleNamespace

import pytest
from matplotlib import get_data_path
from PIL import Image, ImageDraw, ImageFont
from reportlab.lib.pagesizes import A4
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas
from written import documents

from bot.cli.inspect_file import inspect_file
from bot.cli.output import WELL
from bot.texts.answers import source_line
from retrieval.errors import SourceError
from retrieval.loading import formats, pdf
from retrieval.loading.content_cache import ContentCache
from retrieval.loading.drafts import draft_of, markdown_of
from retrieval.loading.folder import SourceFolder
from retrieval.loading.ocr import missing
from retrieval.loading.worker import read_apart
from retrieval.models import Source

WORDS = ("Chi bộ bản Nà Lốc kết nạp bốn đảng viên", "trong quý hai, trong đó có ba người là nữ.")
READ = " ".join(WORDS)
installed = pytest.mark.skipif(bool(missing()), reason=f"{missing()}: no picture can be read")


def picture(*lines: str, kind: str = "PNG", turned: int = 0) -> bytes:
    drawn = Image.new("L", (1250, 200 + 60 * len(lines)), 255)
    font = ImageFont.truetype(f"{get_data_path()}/fonts/ttf/DejaVuSans.ttf", 34)
    for i, line in enumerate(lines):
        ImageDraw.Draw(drawn).text((80, 80 + 60 * i), line, 0, font)
    stream = io.BytesIO()
    exif = Image.Exif()
    if turned:  # As phones keep it: the picture lies, and a number says how.
        drawn = drawn.rotate(90, expand=True)
        exif[0x0112] = 6
    drawn.save(stream, kind, exif=exif.tobytes() if turned else b"")
    return stream.getvalue()


def scan(*pages: bytes) -> bytes:
    stream = io.BytesIO()
    canvas = Canvas(stream, pagesize=A4)
    for page in pages:
        canvas.drawImage(ImageReader(io.BytesIO(page)), 40, 500, 520, 130)
        canvas.showPage()
    canvas.save()
    return stream.getvalue()


@installed
def test_a_scan_is_read_page_by_page_and_said_to_be_read_by_machine(tmp_path):
    heard = []
    data = scan(picture(*WORDS), picture("Đại hội họp ngày 12 tháng 5 năm 2025."))
    content = read_apart(data, ".pdf", on_page=lambda *page: heard.append(page))
    assert heard == [(1, 2), (2, 2)]
    assert content.text.split("\n") == [READ, "Đại hội họp ngày 12 tháng 5 năm 2025."]
    assert content.found.read_by_machine

    (tmp_path / "a.pdf").write_bytes(data)
    source = documents(tmp_path)["a.pdf"].source
    assert source_line(source).endswith("đọc bằng máy")


@installed
def test_inspecting_a_scan_tells_of_its_pages(tmp_path, capsys):
    (tmp_path / "a.pdf").write_bytes(scan(picture(*WORDS), picture("Hết.")))

    assert inspect_file.main(["--json", str(tmp_path / "a.pdf")], standalone_mode=False) == WELL
    said = capsys.readouterr()
    assert "Đang nhận dạng chữ: 2/2 trang" in said.err
    assert READ in json.loads(said.out)["blocks"][0]["text"]


@installed
def test_a_folder_tells_of_the_pages_that_it_reads_by_machine(tmp_path):
    heard = []
    (tmp_path / "nguon" / "quet").mkdir(parents=True)
    (tmp_path / "nguon" / "quet" / "a.pdf").write_bytes(scan(picture(*WORDS), picture("Hết.")))
    cache = ContentCache(tmp_path / "read")
    folder = SourceFolder(tmp_path / "nguon", cache.read, lambda *page: heard.append(page))

    folder.stamps()
    folder.read("quet/a.pdf")
    assert heard == [("quet/a.pdf", 1, 2), ("quet/a.pdf", 2, 2)]


@installed
@pytest.mark.parametrize(("kind", "turned"), [("JPEG", 6), ("TIFF", 0)])
def test_a_photo_is_a_draft_that_stays_marked_when_it_is_saved(tmp_path, kind, turned):
    draft = draft_of(picture(*WORDS, kind=kind, turned=turned), "")
    assert draft.text == READ
    (tmp_path / "a.md").write_text(markdown_of(draft))
    assert documents(tmp_path)["a.md"].source.read_by_machine


@pytest.mark.parametrize("kind", ["a.pdf", "a.png"])
def test_without_tesseract_scans_are_refused_with_what_to_install(monkeypatch, tmp_path, kind):
    for module in (formats, pdf):
        monkeypatch.setattr(module, "missing", lambda: "máy chưa cài Tesseract")
    data = scan(picture(*WORDS)) if kind == "a.pdf" else picture(*WORDS)
    with pytest.raises(SourceError, match="chưa cài Tesseract"):
        formats.read_bytes(data, tmp_path / kind)


def test_pages_of_which_the_machine_is_not_sure_are_named(monkeypatch, tmp_path):
    sure = iter((0.9, 0.4))
    page = next(pdf.pages_of(_page_with(READ)))
    monkeypatch.setattr(pdf, "missing", str)
    monkeypatch.setattr(pdf, "picture_of", lambda *about: None)
    monkeypatch.setattr(
        pdf, "read_picture", lambda one: SimpleNamespace(page=page, confidence=next(sure))
    )
    data = scan(picture("."), picture("."))
    (odd,) = formats.read_bytes(data, tmp_path / "a.pdf").warnings
    assert odd.startswith("trang 2 đọc bằng máy")


def _page_with(words: str) -> bytes:
    stream = io.BytesIO()
    canvas = Canvas(stream)
    canvas.drawString(60, 700, words.encode("ascii", "ignore").decode())
    canvas.save()
    return stream.getvalue()


def test_what_no_machine_read_is_not_marked():
    assert source_line(Source("a", "a.md", "Tên")) == "Tên"
