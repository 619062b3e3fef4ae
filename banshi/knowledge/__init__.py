"""What is known: guides, Q&A, policy texts, regions, halls; loading, checking, importing, rendering.

Belongs here: the models of knowledge and pure functions over them. Does not belong here: searching, conversations, tables.
May import: `banshi.text`.
"""
