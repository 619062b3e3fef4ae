"""How knowledge changes: drafts, review, impact, publishing, roll back, and what editors learn from real questions.

Belongs here: rules of the workflow. Does not belong here: SQL (`banshi.store`), routes (`banshi.web`), what a record is
(`banshi.knowledge`). May import: `banshi.text`, `banshi.knowledge`, `banshi.search`, `banshi.store`.
"""
