"""The light markup of the demo documents → HTML: `# ` headings, `| ` tables, `> ` signature lines, paragraphs."""

import html
from collections.abc import Iterator
from itertools import groupby


def to_html(text: str) -> str:
    """HTML of a demo body; it is cleaned like any other text afterwards."""
    blocks: list[str] = []
    for kind, lines in groupby(_lines(text), key=lambda pair: pair[0]):
        words = [words for _, words in lines]
        if kind == "gap":
            continue
        if kind == "table":
            blocks.append(table([[cell.strip() for cell in row.strip("|").split("|")] for row in words]))
        else:
            tag = {"h2": "h2", "h3": "h3"}.get(kind, "p")
            css = ' class="signature"' if kind == "signature" else ""
            blocks += [f"<{tag}{css}>{html.escape(row)}</{tag}>" for row in words]
    return "\n".join(blocks)


def _lines(text: str) -> Iterator[tuple[str, str]]:
    for raw in text.split("\n"):
        line = raw.strip()
        if not line:
            yield "gap", ""  # two tables may follow each other
        elif line.startswith("## "):
            yield "h3", line[3:].strip()
        elif line.startswith("# "):
            yield "h2", line[2:].strip()
        elif line.startswith("> "):
            yield "signature", line[2:].strip()
        elif line.startswith("|"):
            yield "table", line
        else:
            yield "p", line


def table(rows: list[list[str]]) -> str:
    """A table whose first row is its head; Markdown's rule of dashes is left out."""
    kept = [row for row in rows if not all(set(cell) <= set("-: ") for cell in row)]
    head, *body = kept or [[]]
    cells = "".join(f'<th scope="col">{html.escape(cell)}</th>' for cell in head)
    lines = "".join("<tr>" + "".join(f"<td>{html.escape(cell)}</td>" for cell in row) + "</tr>" for row in body)
    return f"<table><thead><tr>{cells}</tr></thead><tbody>{lines}</tbody></table>"
