"""A print as one HTML file: no scripts, nothing loaded from elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

from banshi.knowledge.exchange.printing import Block, Grid, Heading, Lines, Pairs, Title

_STYLE = """
body { font-family: "Songti SC", SimSun, "Noto Serif CJK SC", serif; line-height: 1.7; color: #111; max-width: 46rem;
  margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.6rem; text-align: center; margin: 0; }
.under { text-align: center; margin: .2rem 0 1.5rem; color: #444; }
h2 { font-size: 1.1rem; margin: 1.4rem 0 .4rem; border-bottom: 1px solid #999; break-after: avoid; }
p { margin: .2rem 0 .2rem 1.4em; text-indent: -1.4em; overflow-wrap: anywhere; }
table { border-collapse: collapse; width: 100%; margin: .4rem 0; }
th, td { border: 1px solid #999; padding: .25rem .5rem; text-align: left; vertical-align: top; white-space: pre-line;
  overflow-wrap: anywhere; }
th[scope=row] { width: 9em; background: #f3f3f3; }
tr { break-inside: avoid; }
@page { size: A4; margin: 20mm; }
@media print { body { margin: 0; max-width: none; } }
""".strip()


def write_html(blocks: Sequence[Block]) -> bytes:
    """The print as a page in UTF-8."""
    title = next((block.text for block in blocks if isinstance(block, Title)), "办事指南")
    policy = "default-src 'none'; style-src 'unsafe-inline'"
    body = "\n".join(line for block in blocks for line in _lines(block))
    page = f"""<!doctype html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(title)}</title>
<style>
{_STYLE}
</style>
</head>
<body>
<main>
{body}
</main>
</body>
</html>
"""
    return page.encode("utf-8", errors="replace")


def _lines(block: Block) -> Iterator[str]:
    if isinstance(block, Title):
        yield f"<h1>{escape(block.text)}</h1>"
        yield f'<p class="under">{escape(block.under)}</p>'
    elif isinstance(block, Heading):
        yield f"<h2>{escape(block.text)}</h2>"
    elif isinstance(block, Lines):
        yield from (f"<p>{escape(line)}</p>" for line in block.lines)
    elif isinstance(block, Pairs):
        rows = "".join(f'<tr><th scope="row">{escape(name)}</th><td>{escape(value)}</td></tr>' for name, value in block.rows)
        yield f"<table>{rows}</table>"
    elif isinstance(block, Grid):
        head = "".join(f'<th scope="col">{escape(name)}</th>' for name in block.header)
        rows = "".join(f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>" for row in block.rows)
        yield f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
