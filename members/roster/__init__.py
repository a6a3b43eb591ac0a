"""The prefecture's roster as a file: read, checked line by line, saved through the transitions, written out again."""
