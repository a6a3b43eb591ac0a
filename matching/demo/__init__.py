"""The demo's needs, offers and introductions, all invented."""
