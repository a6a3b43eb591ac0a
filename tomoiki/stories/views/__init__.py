"""The pages of stories: everybody's, the writer's, and those of whoever is asked."""
