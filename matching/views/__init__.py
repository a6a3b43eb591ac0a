"""The pages of matching: board, posts, writing, responding, introductions."""
