"""Text of others on a terminal."""


def legible(text: str) -> str:
    """Return text without what would act upon a terminal, such as escapes, line breaks and changes of direction."""
    return "".join(character if character.isprintable() else "?" for character in text)
