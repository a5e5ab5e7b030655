"""Groups that became supergroups: the new chat goes on where the old one stopped.

What was logged stays under the old id; whoever looks a chat up looks under both.
"""

from __future__ import annotations

from threading import Lock

from bot.log.database import LogDatabase


class Chats:
    """The moves of chats, known to the log; a group moves at most once."""

    def __init__(self, file: LogDatabase) -> None:
        self._file = file
        self._lock = Lock()
        rows = file.rows("select old_id, new_id from moved_chats")
        self._moves: dict[int, int] = {row["old_id"]: row["new_id"] for row in rows}

    def moved(self, old_id: int, new_id: int) -> None:
        """Note that a group became a supergroup; again does nothing."""
        with self._lock:
            if self._moves.get(old_id) == new_id:
                return
            with self._file.writing() as db:
                db.table("moved_chats").upsert({"old_id": old_id, "new_id": new_id}, pk="old_id")
            self._moves[old_id] = new_id

    def current(self, chat_id: int) -> int:
        """Return the id under which a chat is reached now."""
        return self._moves.get(chat_id, chat_id)

    def names(self, chat_id: int) -> frozenset[int]:
        """Return every id that a chat has or had."""
        now = self.current(chat_id)
        return frozenset({now, *(old for old, new in self._moves.items() if new == now)})

    def groups(self) -> tuple[int, ...]:
        """Return the groups in which somebody asked something, as they are reached now."""
        rows = self._file.rows("select distinct chat_id from exchanges where chat_id < 0")
        return tuple(sorted({self.current(row["chat_id"]) for row in rows}))
