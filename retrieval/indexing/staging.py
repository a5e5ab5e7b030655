"""Documents to staged versions: passages, sentences and their vectors, written but not yet live.

Owns: the content hash, the key under which a vector is kept, and embedding each text once. Leaves
to others: which documents (`reload`), where passages and sentences lie, and writing
(`store.writer`).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import astuple, replace
from functools import cache

from retrieval.embeddings.models import ArrayEmbeddings, sentence_input
from retrieval.errors import ModelMismatch
from retrieval.models import Document
from retrieval.store.writer import Prepared, Writer
from retrieval.text.sentences import split_sentences
from retrieval.text.splitter import split_passages, units_of
from retrieval.text.vietnamese import abbreviations

_FORMAT = "15"
"""Raise it when passages, sentences or what is kept of them change: all is split anew."""
_TEXTS_A_CALL = 64


@cache
def current_format() -> str:
    """Return what versions are made by: this program's format, and the abbreviations it knows."""
    known = json.dumps(sorted(abbreviations().items()))
    return f"{_FORMAT}-{hashlib.sha256(known.encode()).hexdigest()[:8]}"


def content_hash(document: Document) -> str:
    """Return a hash of everything that the document holds, wherever it belongs."""
    source = replace(document.source, collection="")
    fields = json.dumps([*astuple(source), document.text, document.left_out], default=str)
    return hashlib.sha256(fields.encode()).hexdigest()


def stage(
    documents: Sequence[Document],
    writer: Writer,
    embeddings: ArrayEmbeddings,
    epoch: int,
    beat: Callable[[], None] = lambda: None,
) -> tuple[list[int], int]:
    """Stage a version of each document; return the versions, and how many texts were embedded.

    `beat` is called every second or so; what it raises ends the staging, and nothing is lost.
    What an interrupted reload has staged or embedded already is taken as it is.
    """

    def key(text: str) -> bytes:
        return hashlib.sha256(f"{epoch}\0{embeddings.name}\0{text}".encode()).digest()[:16]

    hashes = [f"{current_format()}:{content_hash(document)}" for document in documents]
    versions = [
        writer.staged(document.source, hash_, epoch)
        for document, hash_ in zip(documents, hashes, strict=True)
    ]
    texts: dict[bytes, str] = {}
    drafts = [
        _draft(document, key, texts) if version is None else []
        for document, version in zip(documents, versions, strict=True)
    ]
    fresh = epoch != writer.snapshot().edition.epoch
    embedded = _embed(texts, writer, embeddings, beat, fresh=fresh)
    staged = [
        writer.stage(document, hash_, epoch, draft) if version is None else version
        for document, hash_, version, draft in zip(documents, hashes, versions, drafts, strict=True)
    ]
    return staged, embedded


def _draft(
    document: Document, key: Callable[[str], bytes], texts: dict[bytes, str]
) -> list[Prepared]:
    """Return the passages of the document; put what must be embedded for them into `texts`."""

    def noted(text: str) -> bytes:
        texts[key(text)] = text
        return key(text)

    text = document.text
    sentences = split_sentences(text)
    pieces = split_passages(text, sentences)
    return [
        Prepared(
            piece,
            tuple((unit, noted(sentence_input(text[unit.start : unit.end]))) for unit in units),
        )
        for piece, units in zip(pieces, units_of(text, pieces, sentences), strict=True)
    ]


def _embed(
    texts: Mapping[bytes, str],
    writer: Writer,
    embeddings: ArrayEmbeddings,
    beat: Callable[[], None],
    *,
    fresh: bool,
) -> int:
    """Embed what has no vector yet, call by call, so that a kill loses one call at most."""
    missing = sorted(writer.missing(list(texts)), key=lambda key: (len(texts[key]), key))
    dim = 0 if fresh else writer.snapshot().dim
    for i in range(0, len(missing), _TEXTS_A_CALL):
        beat()
        keys = missing[i : i + _TEXTS_A_CALL]
        vectors = embeddings.embed_array([texts[key] for key in keys])
        if dim and vectors.shape[1] != dim:
            raise ModelMismatch(
                f"Mô hình nhúng {embeddings.name} nay cho véc-tơ {vectors.shape[1]} chiều, còn chỉ "
                f"mục có {dim} chiều. Chỉ mục được giữ nguyên. Hãy chạy `chidan reload --rebuild`."
            )
        writer.add_vectors(keys, vectors)
    return len(missing)
