"""What can go wrong in retrieval, each with a message fit for a person.

ChidanError
├── SourceError            a file or page cannot become a source
├── IndexFault             the ledger or Chroma cannot be used as it is
│   ├── ModelMismatch      the index was made by another embedding model
│   ├── IndexBusy          another process is reloading
│   ├── VectorsDamaged     the files of the vector store are not whole
│   └── NoWayBack          there is no reload that can be taken back
├── CaseError              a file of questions with known answers cannot be read
├── EndpointError          a model server failed, answered nonsense, or was too slow
└── Ungrounded             nothing that a model said may be shown
"""


class ChidanError(Exception):
    """The base of every error of ours; str() is a sentence in Vietnamese for people."""


class SourceError(ChidanError):
    """A file or page cannot become a source; the message is the reason."""


class IndexFault(ChidanError):
    """The ledger or Chroma cannot be used as it is; the message says what mends it."""


class ModelMismatch(IndexFault):
    """The index was made by another embedding model."""


class IndexBusy(IndexFault):
    """Another process is reloading the index."""


class VectorsDamaged(IndexFault):
    """The files of the vector store are not whole; it can be filled again from the ledger."""


class NoWayBack(IndexFault):
    """There is no reload that can be taken back."""


class CaseError(ChidanError):
    """A file of questions with known answers cannot be read; the message says where."""


class EndpointError(ChidanError):
    """A model server failed, answered nonsense, or was too slow."""


class Ungrounded(ChidanError):
    """Nothing that a model said may be shown; the message says why."""
