"""Exchange of knowledge with files: Excel, CSV, JSON and YAML in and out, Word and web pages in, prints out.

Belongs here: reading bytes into checked records with every fault named by row and column, writing records so that reading gives equal
ones, setting guides for printing. Does not belong here: keeping anything, comparing with what is kept, policy texts (`policy_import`).
May import: `banshi.text`, the rest of `banshi.knowledge`.
"""

from banshi.knowledge.exchange.checking import same
from banshi.knowledge.exchange.read import read_file
from banshi.knowledge.exchange.report import ExchangeError, ImportedRecord, ImportReport, Known, Passage, RowProblem
from banshi.knowledge.exchange.safety import DEFAULT_LIMITS, Limits
from banshi.knowledge.exchange.write import export, print_guide, template

__all__ = [
    "DEFAULT_LIMITS",
    "ExchangeError",
    "ImportReport",
    "ImportedRecord",
    "Known",
    "Limits",
    "Passage",
    "RowProblem",
    "export",
    "print_guide",
    "read_file",
    "same",
    "template",
]
