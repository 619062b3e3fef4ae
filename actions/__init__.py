"""rasa-sdk actions: one file a goal, thin: they read the tracker, call `banshi`, and say what came back.

Belongs here: what Rasa calls. Does not belong here: searching, wording of answers, SQL. May import: everything of `banshi`
except `banshi.web`.
"""
