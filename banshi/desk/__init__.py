"""Conversations: who has them, what is said, what is kept secret.

Belongs here: the gateway between citizens and whoever answers (Rasa, the search, people), replies, the vault of personal numbers;
`people`: operators and their queue; `advice`: what they may say; `tickets`: 工单; `unhappy`: who is not helped. Does not belong here: HTTP.
May import: `banshi.text`, `banshi.knowledge`, `banshi.search`, `banshi.store`, `banshi.connect`.
"""
