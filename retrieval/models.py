"""The things that travel through the program: sources, passages, sentences, quotes, answers.

All offsets are counted in characters (Unicode code points) of the source's stored text, which is
NFC, free of page furniture, and never changes under one version: `quote.text == text[start:end]`.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from pathlib import PurePosixPath

from retrieval.errors import ModelFault


@dataclass(frozen=True, slots=True)
class GrowingAnswer:
    """An answer as far as a model has come."""

    text: str
    """The claims that have passed; nothing of it is taken back."""
    is_checking: bool = False
    """True while a second call judges claims that are not in `text` yet."""


Show = Callable[[GrowingAnswer], Awaitable[None]]
"""Takes the answer so far, each time it has grown or its claims begin to be judged."""


class Note(StrEnum):
    """How an answer came about, where whoever asked should know."""

    MODEL_UNAVAILABLE = "model_unavailable"
    TOKENS_SPENT = "tokens_spent"


@dataclass(frozen=True, slots=True)
class SourceCollection:
    """A folder directly below SOURCES_DIR with settings of its own."""

    id: str
    """Made of the folder's name: "noi-bo-1a2b3c"."""
    folder: str
    title: str
    public: bool = False
    """True if everybody may see it."""
    open_to_members: bool = False
    """True if whoever was given it may add files to it, not administrators alone."""


def collection_at(path: str, collections: Iterable[SourceCollection]) -> str:
    """Return the id of the collection to which a path below SOURCES_DIR belongs, "" for none."""
    folder, below, _ = path.partition("/")
    return next((one.id for one in collections if below and one.folder == folder), "")


@dataclass(frozen=True, slots=True)
class Audience:
    """Who asks, as far as that decides what is seen: what is public, and what was given.

    >>> PUBLIC.sees("noi-bo-1a2b3c"), Audience(frozenset({"noi-bo-1a2b3c"})).sees("noi-bo-1a2b3c")
    (False, True)
    """

    collections: frozenset[str] | None = frozenset()
    """Ids of the collections seen beside what is public; None for all there are."""

    def sees(self, collection: str) -> bool:
        """Return whether a collection is seen, unless it is public anyway."""
        return not collection or self.collections is None or collection in self.collections

    def within(self, other: Audience) -> bool:
        """Return whether `other` sees all that this audience sees.

        >>> PUBLIC.within(EVERYTHING), EVERYTHING.within(PUBLIC)
        (True, False)
        """
        if other.collections is None or self.collections is None:
            return other.collections is None
        return self.collections <= other.collections


PUBLIC = Audience()
EVERYTHING = Audience(None)
"""What whoever has the files sees: the command line, reloads, evaluation."""


@dataclass(frozen=True, slots=True)
class AnswerOptions:
    """How one question is answered; by default shown when whole, by the model if there is one."""

    show: Show | None = None
    without_model: bool = False
    """The model must not be asked."""
    note: Note | None = None
    """Why not, where the answer should say so."""
    audience: Audience = PUBLIC
    """Of what the answer may be made; where nobody says more, of what is public."""


DEFAULT_OPTIONS = AnswerOptions()
QUOTES_ONLY = AnswerOptions(without_model=True)


class Kind(StrEnum):
    """What an answer is."""

    ANSWER = "answer"
    NOT_FOUND = "not_found"
    SMALLTALK = "smalltalk"
    CLARIFY = "clarify"
    """The question has two meanings that are answered equally well: which one?"""


class SmallTalk(StrEnum):
    """What people say that is no question to the sources."""

    GREETING = "greeting"
    THANKS = "thanks"
    FAREWELL = "farewell"
    IDENTITY = "identity"
    ACKNOWLEDGEMENT = "acknowledgement"
    ABILITIES = "abilities"
    FEELING = "feeling"
    COMPLAINT = "complaint"
    LINK = "link"
    NO_WORDS = "no_words"


class RefusalReason(StrEnum):
    """Why a question is not answered; stored with the exchange, so values never change."""

    EMPTY_INDEX = "empty_index"
    """There is nothing to search."""
    UNMENTIONED_DIRECTIVE = "unmentioned_directive"
    """No source mentions the directives asked about (`subjects`)."""
    UNKNOWN_PROVISION = "unknown_provision"
    """No source holds the article or clause asked about (`subjects`)."""
    MISSING_CONSTRAINT = "missing_constraint"
    """A place, year, day or office of the question (`subjects`) is in no source near it."""
    OUT_OF_DOMAIN = "out_of_domain"
    """The sources are about something else (`subjects`: what about)."""
    WEAK_EVIDENCE = "weak_evidence"
    """The best sentence answers with a probability below the threshold."""
    FOUND_BY_MODEL = "found_by_model"
    """A model read the nearest passages and found no answer in them."""
    NOT_VERBATIM = "not_verbatim"
    """No quote stands in its source to the character: a fault of the index."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """That a question is not answered, and why."""

    reason: RefusalReason
    subjects: tuple[str, ...] = ()
    """What the reason is about, in the words of the question or the name of the directive."""


@dataclass(frozen=True, slots=True)
class Source:
    """An article or document, without its text. `id` stays the same when the text changes."""

    id: str
    path: str
    """POSIX path below SOURCES_DIR."""
    title: str
    """As the source or its describer says; "" where neither does."""
    publisher: str = ""
    """As said there: a name, a site, or the mark of an agency."""
    date: date | None = None
    url: str = ""
    about: str = ""
    """The title of the original that this source retells, if it does."""
    read_by_machine: bool = False
    """True if letters of it were taken from a picture (OCR): they may be wrong."""
    collection: str = ""
    """The id of the collection it belongs to; "" for what belongs to none and is public."""

    @property
    def name(self) -> str:
        """What people know it by: its title, or its file's name where none is said."""
        return self.title or PurePosixPath(self.path).stem


class OfficialField(StrEnum):
    """What the form of an official document says of it; stored, so values never change."""

    KIND = "kind"
    """"Chỉ thị"."""
    NUMBER = "number"
    """Number and symbol: "431-CT/TW"."""
    SUBJECT = "subject"
    ISSUER = "issuer"
    PLACE = "place"
    DATE = "date"
    """In ISO form."""
    BASIS = "basis"
    """One of the directives that it rests on."""
    SIGNER = "signer"
    CAPACITY = "capacity"
    """As what the signer signs: "T/M BAN THƯỜNG VỤ, BÍ THƯ"."""
    RECIPIENT = "recipient"


@dataclass(frozen=True, slots=True)
class Stated:
    """A field of an official document, and the stretch of the stored text that says it."""

    field: OfficialField
    value: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Document:
    """A source together with its stored text."""

    source: Source
    text: str
    left_out: tuple[str, ...] = ()
    """Lines of the file that are not in the text (menus, captions, running heads), in order."""
    kept: float = 1.0
    """The share of the file's words that is in the text, 0 to 1."""
    warnings: tuple[str, ...] = ()
    """What is odd about the file though it can be read, in sentences for people."""


MUCH_LOST = 0.8
"""A file of whose words a smaller share than this was kept is named to administrators."""


@dataclass(frozen=True, slots=True)
class Loss:
    """A file much of which was left out when it was read."""

    path: str
    kept: float
    """The share of its words that is in the stored text, 0 to 1."""
    first: str
    """The first line that was left out."""


def loss_of(document: Document) -> Loss | None:
    """Return what is to be said of a document of which much was left out; None of any other."""
    if document.kept >= MUCH_LOST:
        return None
    return Loss(document.source.path, document.kept, next(iter(document.left_out), ""))


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of a text: `text[start:end]`."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Passage:
    """A paragraph or so of a source: the unit that search ranks first."""

    id: int
    source_id: str
    start: int
    end: int
    text: str
    heading: str = ""
    """The nearest heading above, empty where there is none."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of a passage: the unit that is quoted."""

    id: int
    passage_id: int
    source_id: str
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Quote:
    """Words of a source, and where they stand: text == stored[start:end]."""

    source: Source
    start: int
    end: int
    text: str
    highlights: tuple[Span, ...] = ()
    """The words that answer, as spans of `text`."""
    place: str = ""
    """Where it stands in a document made of articles: "Điều 5, khoản 2"."""
    answer: Span | None = None
    """The stretch of `text` that answers by itself, where that is clear."""
    more: int = 0
    """Of a list: how many of its items stand in the source after the quote."""
    items: int = 0
    """How many items the list has that the quote begins, where a list is asked for; else 0."""
    also: tuple[Source, ...] = ()
    """Other sources that say the same."""
    remarks: tuple[Remark, ...] = ()
    """What is said beside it."""


class RemarkKind(StrEnum):
    """What is to be said before an answer."""

    UNMENTIONED_DIRECTIVE = "unmentioned_directive"
    UNKNOWN_PROVISION = "unknown_provision"
    SUPERSEDED = "superseded"
    EARLIER = "earlier"
    UNDERSTOOD = "understood"
    """The question was read otherwise than it was typed (`subjects`: how)."""
    COUNTED = "counted"
    """How many articles a document has (`subjects`: "12 điều"); the last of them is quoted."""
    SAYS_NO = "says_no"
    """The best quote says no to a yes-or-no question, in so many words."""
    SAYS_EXCEPT = "says_except"
    """The best quote names an exception from what a yes-or-no question asks."""
    UNCONFIRMED = "unconfirmed"
    """Beside a quote: nobody has confirmed its source since `days`."""
    ASKS_READERS = "asks_readers"
    """A quote asks readers for secrets, money or clicks."""


@dataclass(frozen=True, slots=True)
class Remark:
    """Something to be said beside an answer; `bot.texts.answers` puts it into words."""

    kind: RemarkKind
    subjects: tuple[str, ...] = ()
    """Names of directives or provisions; for EARLIER what older sources say."""
    days: tuple[date, ...] = ()
    """For EARLIER: the day of each of `subjects`; for UNCONFIRMED the day."""
    verb: str = ""
    """For SUPERSEDED: what was done, in Vietnamese as `directives.relations` names it."""
    actor: str = ""
    """For SUPERSEDED: the directive that did it, where it is known."""
    source: Source | None = None
    """For SUPERSEDED: who says so."""


@dataclass(frozen=True, slots=True)
class Turn:
    """One earlier question and its answer."""

    question: str
    answer: str
    source: str = ""
    """The title of the source of its best quote."""


class DropReason(StrEnum):
    """Why a model's claim is not shown; stored with the exchange, so values never change."""

    EMPTY = "empty"
    GARBLED = "garbled"
    """Broken characters, or longer than any sentence."""
    FOREIGN_SCRIPT = "foreign_script"
    OPEN_QUOTATION = "open_quotation"
    SPEAKS_OF_ASSISTANT = "speaks_of_assistant"
    LURES_READERS = "lures_readers"
    """Asks for secrets, money or a click."""
    REPEATS_PROMPT = "repeats_prompt"
    EVIDENCE_NOT_CITED = "evidence_not_cited"
    """Its evidence does not stand in the passage that it cites."""
    NO_EVIDENCE = "no_evidence"
    NEW_NAME = "new_name"
    """Says of the sources what (`subject`) neither they nor the question hold."""
    NOT_IN_EVIDENCE = "not_in_evidence"
    """A figure, date, name, document or quotation (`subject`)."""
    CONTRADICTED = "contradicted"
    """Its evidence has another count, unit, negation or rank at this word (`subject`)."""
    NOT_BORNE_OUT = "not_borne_out"
    """The judge did not say that its evidence bears it out."""
    NOT_JUDGED = "not_judged"
    """Nobody judges meanings, and it is not close enough to its evidence to do without."""
    JUDGE_FAILED = "judge_failed"
    """The same, since asking the judge failed (`subject`: how)."""
    REPEATED = "repeated"
    """An earlier claim says it."""
    NOT_VERBATIM = "not_verbatim"
    """A quote of it does not stand in its source to the character."""
    TOO_MANY_QUOTES = "too_many_quotes"


@dataclass(frozen=True, slots=True)
class Drop:
    """That a model's claim is not shown, and why."""

    reason: DropReason
    subject: str = ""
    """What the reason is about, as the claim has it."""


@dataclass(frozen=True, slots=True)
class ModelUse:
    """What a chat model was asked for one answer: for the log and for allowances."""

    name: str
    raw: str = ""
    """Its text as it came."""
    dropped: tuple[tuple[str, Drop], ...] = ()
    """The claims that were not shown, each with the reason."""
    prompt_tokens: int = 0
    completion_tokens: int = 0
    judging_tokens: int = 0
    """Of both, those of the call that judges claims by their evidence."""
    failure: str = ""
    """Why the sources' own words stand in, empty where the model's are shown."""
    fault: ModelFault | None = None
    """The same as a kind."""


@dataclass(frozen=True, slots=True)
class OfficialReply:
    """What a person in charge answered to the same question before."""

    id: int
    question: str
    """How it was asked then."""
    words: str
    author: str
    """Empty where people are not named."""
    day: date


@dataclass(frozen=True, slots=True)
class Answer:
    """What the assistant says to one question."""

    question: str
    kind: Kind
    lead: str = ""
    """What a model wrote above the quotes; empty where the assistant's own words stand there."""
    quotes: tuple[Quote, ...] = ()
    """Best first, at most five; empty unless `kind` is ANSWER."""
    standalone: str = ""
    """The question as it was searched, when a follow-up was rewritten."""
    nearest: Source | None = None
    """For NOT_FOUND: the source that comes nearest."""
    near: tuple[Source, ...] = ()
    """For NOT_FOUND: the sources that come nearest, at most three."""
    refusal: Refusal | None = None
    """For NOT_FOUND: why."""
    remarks: tuple[Remark, ...] = ()
    """What is said before the lead."""
    small_talk: SmallTalk | None = None
    """For SMALLTALK: of which kind."""
    confidence: float = 0.0
    """Estimated probability that the quotes answer, 0 to 1."""
    timings_ms: Mapping[str, float] = field(default_factory=dict)
    note: Note | None = None
    numbered: bool = False
    """True where the lead cites the quotes: `[1]` is the first of them."""
    model: ModelUse | None = None
    """None where no model was asked."""
    from_form: bool = False
    """True where the quotes are what the form of an official document says of it."""
    parts: tuple[PartAnswer, ...] = ()
    """Of a message with several questions: each with its own answer, in order."""
    official: OfficialReply | None = None
    """What a person in charge said to it, above all else."""
    choices: tuple[str, ...] = ()
    """For CLARIFY: the questions that may be meant, each of which stands by itself."""
    steps: tuple[tuple[str, str], ...] = ()
    """How the question was understood: the stages that changed it, each with what came of it."""
    audience: Audience = PUBLIC
    """Whose eyes it was made for."""


@dataclass(frozen=True, slots=True)
class PartAnswer:
    """One of several questions of a message."""

    question: str
    answer: Answer
    indices: tuple[int, ...]
    """Which quotes of the whole answer are its own, from 0."""


@dataclass(frozen=True, slots=True)
class StoredText:
    """A version of a source, and whether it is the one that is searched now."""

    text: str
    is_live: bool = True


@dataclass(frozen=True, slots=True)
class Edition:
    """A state of the index: what the vector store must match."""

    uid: str
    """Tells this ledger from every other."""
    epoch: int
    """Moves when all vectors are made anew."""
    generation: int
    """Moves with each switch of versions; 0 before the first."""
