"""The ratios of a run as a picture, SVG by hand: a row each, its median as a mark, its rounds as a line, its target as a tick."""

import html
import math

import report

WIDTH = 900
LEFT, RIGHT = 390, 740  # of the scale; labels stand left of it, numbers right
ROW, GROUP, AXIS, HEAD = 32, 30, 46, 84
INK, FAINT, GRID = "#1a1a1a", "#5c5c5c", "#dcdcdc"
# Blue and orange differ for every kind of sight, and the shapes differ too.
COLOURS = {True: "#0060a8", False: "#c04a00", None: "#6e6e6e"}
STYLE = "font-family=\"system-ui, 'Segoe UI', 'DejaVu Sans', sans-serif\""


def text(x, y, content, size=12, fill=INK, anchor="start", weight="normal"):
    return (f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" fill="{fill}" text-anchor="{anchor}" font-weight="{weight}">'
            f'{html.escape(content, quote=False)}</text>')


def line(x1, y1, x2, y2, colour, width):
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{colour}" stroke-width="{width}"/>'


def mark(x, y, met):
    """A dot when met, a hollow diamond when missed, a ring without a target."""
    colour = COLOURS[met]
    if met is False:
        return f'<path d="M{x:.1f} {y - 7:.1f}l7 7l-7 7l-7 -7z" fill="#ffffff" stroke="{colour}" stroke-width="2.5"/>'
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="5" fill="{colour if met else "#ffffff"}" stroke="{colour}" stroke-width="2"/>'


def shortened(content, most):
    return content if len(content) <= most else content[:most - 1].rstrip() + "…"


class Scale:
    """Logarithmic, from one step of 1, 2, 5, 10 … to another."""

    def __init__(self, values):
        steps = [round(m * 10.0 ** e, 10) for e in range(-6, 8) for m in (1, 2, 5)]
        self.low = max(s for s in steps if s <= min(values) or s == steps[0])
        self.high = min(s for s in steps if s >= max(values) and s > self.low or s == steps[-1])
        steps = [s for s in steps if self.low <= s <= self.high]
        self.ticks = steps if len(steps) <= 9 else [s for s in steps if math.log10(s).is_integer()]

    def x(self, value):
        share = math.log(value / self.low) / math.log(self.high / self.low)
        return LEFT + min(1, max(0, share)) * (RIGHT - LEFT)


def draw_row(row, scale, y):
    """The row in the 32 pixels around y."""
    met = report.met(row)
    x1, x2 = scale.x(row["low"]), scale.x(row["high"])
    against = f"against {row['against']}" if row["against"] else ""
    parts = [f"<g><title>{html.escape(report.text(row))}</title>",
             text(24, y - 2, shortened(row["what"], 58)), text(24, y + 12, shortened(against, 66), 10.5, FAINT),
             line(x1, y, x2, y, COLOURS[met], 3)]
    if row["target"] is not None:
        at = scale.x(row["target"])
        parts.append(line(at, y - 10, at, y + 10, INK, 2))
    parts += [mark(scale.x(row["value"]), y, met),
              text(WIDTH - 102, y + 4, report.quantity(row["value"], row["unit"]), anchor="end", weight="bold"),
              text(WIDTH - 94, y - 1 if met is False else y + 4, report.target_text(row), 11, FAINT)]
    if met is False:
        parts.append(text(WIDTH - 94, y + 12, "missed", 11, COLOURS[False], weight="bold"))
    return parts + ["</g>"]


def draw_panel(rows, title, axis, top):
    """(parts, height)"""
    scale = Scale([v for r in rows for v in (r["low"], r["high"], r["target"] or r["value"])] + [1])
    groups = {}
    for row in rows:
        groups.setdefault(row["bench"], []).append(row)
    y = top + 34
    body = []
    for bench, members in groups.items():
        body.append(text(12, y + 18, bench, 12.5, weight="bold"))
        y += GROUP
        for row in members:
            body += draw_row(row, scale, y + ROW / 2 - 4)
            y += ROW
    grid = []
    for tick in scale.ticks:
        x = scale.x(tick)
        grid += [line(x, top + 30, x, y, "#8c8c8c" if tick == 1 else GRID, 1.5 if tick == 1 else 1),
                 text(x, y + 15, f"{tick:g}", 11, FAINT, "middle")]
    parts = [text(12, top + 16, title, 14, weight="bold"), *grid, *body,
             text((LEFT + RIGHT) / 2, y + 32, axis, 11.5, INK, "middle")]
    return parts, y + AXIS - top


def draw_legend(y):
    parts, x = [], 18
    for met, words, width in ((True, "target met", 106), (False, "target missed", 124), (None, "no target", 96)):
        parts += [mark(x, y, met), text(x + 12, y + 4, words, 11.5)]
        x += width
    parts += [line(x, y - 8, x, y + 8, INK, 2), text(x + 8, y + 4, "target", 11.5)]
    parts += [line(x + 64, y, x + 92, y, FAINT, 3), text(x + 98, y + 4, "lowest to highest round", 11.5)]
    return parts


def svg(rows, machine):
    """The whole picture of the rows that are ratios."""
    ratios = [row for row in rows if row["unit"] == "x" and min(row["low"], row["target"] or 1) > 0]
    parts = [text(12, 26, "Pulse against other ways to do the same job", 18, weight="bold"), text(12, 46, machine, 11, FAINT),
             *draw_legend(68)]
    height = HEAD
    for at_least, title, axis in ((True, "Rates: larger is better", "times as fast as the peer"),
                                  (False, "Costs: smaller is better", "share of the peer's cost")):
        chosen = [row for row in ratios if row["at_least"] == at_least]
        if chosen:
            drawn, used = draw_panel(chosen, title, axis, height)
            parts += drawn
            height += used
    height += 12
    return (f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" viewBox="0 0 {WIDTH} {height}" {STYLE}>\n'
            f'<rect width="{WIDTH}" height="{height}" fill="#ffffff"/>\n' + "\n".join(parts) + "\n</svg>\n")
