"""What can go wrong with knowledge, in sentences an editor can act on."""


class KnowledgeError(ValueError):
    """A file of knowledge cannot be used; the message names the file, the entry, the field and what is allowed."""


class GarbledTextError(KnowledgeError):
    """An imported text is damaged; the message quotes the damaged passages."""
