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

from enum import StrEnum


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


class ModelFault(StrEnum):
    """Why a model server gave no answer; stored in the log, so values never change."""

    DEAD = "dead"
    """It cannot be reached, or is not asked for a while after that."""
    SLOW = "slow"
    REFUSING = "refusing"
    """It answered with an HTTP error."""
    BROKEN = "broken"
    """What came is not of the protocol, or was cut off."""
    UNGROUNDED = "ungrounded"
    """It answered, but nothing of that may be shown: lies, babble, obeyed orders."""


class EndpointError(ChidanError):
    """A model server failed, answered nonsense, or was too slow."""

    def __init__(self, message: str, fault: ModelFault = ModelFault.DEAD) -> None:
        super().__init__(message)
        self.fault = fault


class Ungrounded(ChidanError):
    """Nothing that a model said may be shown; the message says why."""

    fault = ModelFault.UNGROUNDED
