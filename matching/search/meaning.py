"""The one vector of a post by which a question finds it in meaning."""

from collections.abc import Sequence

from tomoiki.text.embeddings import Embedder, Vectors

#: The model reads 512 tokens; to take a longer text apart first costs minutes and changes nothing.
READ = 2_000


def vectors_of(embedder: Embedder, posts: Sequence[tuple[str, str]]) -> Vectors:
    """A row for each (title, body): the mean of the title's, the body's and both together's, of length 1 again.

    The title alone says best what a post is about, and is drowned by a long body in a vector of both. Three texts a
    post are embedded, one vector is stored and compared.
    """
    import numpy as np  # large, and needed only where vectors are made

    titles = [title[:READ] for title, _ in posts]
    bodies = [(body or title)[:READ] for title, body in posts]
    both = [f"{title}\n{body}"[:READ] for title, body in posts]
    total = embedder.passages(titles) + embedder.passages(both) + embedder.passages(bodies)
    lengths = np.linalg.norm(total, axis=1, keepdims=True)
    return (total / np.where(lengths > 0, lengths, 1)).astype(np.float32)
