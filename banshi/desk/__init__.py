"""Conversations: who has them, what is said, what is kept secret.

Belongs here: the gateway between citizens and the dialogue, the vault of personal numbers, replies. Does not belong here: HTTP.
May import: `banshi.text`, `banshi.knowledge`, `banshi.search`, `banshi.store`, `banshi.connect`.
"""
