"""Recommendation at work: which posts are compared, what is kept of it, and what people are shown.

The comparing itself is ``matching.recommendation``, which knows no database. Here stands everything around it::

    pool.py     which open posts are worth comparing with one, found by indexes, a bounded number of them
    standing.py who has been brought together already, declined, or dismissed: such a pair never comes back
    cases.py    posts as what the comparison reads
    ranking.py  the partners of a post, the best first, with reasons
    storing.py  what is kept in the table, for one post and for those whose lists it enters or leaves
    meaning.py  the vectors
    reading.py  what a person is shown, by the state of the world now and not by that of the table
    profiles.py what an organisation could do by its profile, also around its branches
    board.py    all open needs at once: the proposal for the office
"""
