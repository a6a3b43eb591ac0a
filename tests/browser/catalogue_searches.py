"""Pages of searching and of searches that people keep, for the catalogue."""

from tests.browser.entries import Entry, page

PAGES: list[Entry] = [
    page("matching:board", state="by relevance", query="q=子ども　部屋&order=relevance"),
    page("matching:board", state="synonyms", query="q=社協"),
    page("matching:board", state="a slip", query="q=ボランテァイ"),
    page("matching:board", state="some of the words", query="q=雨の日に親子で畑をたがやす高校生をさがしています"),
    page("matching:board", "npo", "days", query="since=2027-04-01&until=2027-03-01&weekday=5&kind=npo"),
    page("matching:saved_searches", "npo"),
    page("matching:saved_searches", "newcomer", "none yet"),
    page("matching:saved_search_new", "npo", query="q=手話&area=14205&nearby=on"),
    page("matching:saved_search", "npo", pk="@saved_search"),
    page("matching:saved_search", "npo", "nothing told yet", pk="@saved_search_new"),
    page("matching:saved_search_edit", "npo", pk="@saved_search"),
    page("matching:saved_search_forget", "npo", pk="@saved_search"),
]
