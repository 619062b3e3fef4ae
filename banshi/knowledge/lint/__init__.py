"""Lint: what is wrong, doubtful or missing in a record, each finding at its field, with a repair where one is certain.

Belongs here: one module for each family of rules (`RULES` in it lists them), the raw content they read, and what runs them. Rules work
on content as editors write it, which need not load: a draft is told everything at once. Does not belong here: tables, HTTP, who may
publish. May import: `banshi.text` and the rest of `banshi.knowledge`.
"""

from banshi.knowledge.lint.context import LintContext, gather
from banshi.knowledge.lint.finding import Finding, NoRepairError, Repair, Severity
from banshi.knowledge.lint.folder import lint_folder
from banshi.knowledge.lint.run import lint, repair

__all__ = ["Finding", "LintContext", "NoRepairError", "Repair", "Severity", "gather", "lint", "lint_folder", "repair"]
