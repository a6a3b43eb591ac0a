"""A real OpenID provider that speaks as GビズID does: allauth's own, in a process and a database of its own."""
