"""Finding: encode, index, match, fuse, decide; snapshots; evaluation.

Belongs here: everything between a question and a decision with an answer. Does not belong here: conversations, tables, HTTP.
May import: `banshi.text`, `banshi.knowledge`.
"""
