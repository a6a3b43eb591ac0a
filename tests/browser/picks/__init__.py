"""What the catalogue's pages are opened with: one of each thing in each state, and a session for each visitor.

``python -m tests.browser.picks``, in the environment of a running portal with the demo's data, prints them as JSON.
What the demo lacks is made here through the transitions, so that every page has its trail and its notices.
"""
