"""Where the embedded servers of this checkout listen."""


def default_environment() -> dict[str, str]:
    return {}
