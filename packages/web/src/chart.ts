import type { Day, Layout, Row } from "./layout.js";
import { svg } from "./svg.js";

/** Sizes in CSS pixels. */
const ROW = 36;
const BAR = 18;
const HEAD = 52;
const NAMES = 210;
/** For the text to the right of the last day. */
const TAIL = 80;
const WIDEST_DAY = 36;
const NARROWEST_DAY = 5;
/** What the days share before they get narrower. */
const DAYS = 800;
/** Characters of a name that fit beside its duration. */
const NAME = 22;
/** Narrower days have a number on Mondays only. */
const NUMBERED_DAY = 20;

/** The layout as an SVG element: a column per calendar day, a line per task, the critical path joined by arrows. */
export function chart({ days, rows, links }: Layout): SVGSVGElement {
  const day = Math.max(NARROWEST_DAY, Math.min(WIDEST_DAY, DAYS / days.length));
  const width = NAMES + days.length * day + TAIL;
  const height = HEAD + rows.length * ROW + 1;
  const x = (days: number): number => NAMES + days * day;
  const middle = (row: number): number => HEAD + row * ROW + ROW / 2;

  const drawn = svg("svg", { width, height, viewBox: `0 0 ${width} ${height}`, role: "list" });
  days.forEach((shown, n) => drawn.append(...column(shown, x(n), day, height)));
  rows.forEach((_, n) => drawn.append(svg("line", { class: "rule", x1: 0, x2: width - TAIL, ...level(HEAD + n * ROW) })));
  drawn.append(svg("line", { class: "rule", x1: 0, x2: width - TAIL, ...level(height - 0.5) }));
  for (const { from, to } of links) {
    const [earlier, later] = [rows[from], rows[to]];
    if (earlier !== undefined && later !== undefined) {
      drawn.append(...arrow(edge(earlier, x, "end"), middle(from), edge(later, x, "start"), middle(to)));
    }
  }
  rows.forEach((row, n) => drawn.append(line(row, x, middle(n))));
  return drawn;
}

/** The day's background and its labels above. */
function column(day: Day, x: number, width: number, height: number): SVGElement[] {
  const parts: SVGElement[] = [];
  if (!day.worked) {
    parts.push(svg("rect", { class: "rest", x, y: HEAD, width, height: height - HEAD }));
  }
  if (day.month !== undefined) {
    parts.push(svg("text", { class: "month", x: x + 4, y: 20 }, day.month));
  }
  if (width >= NUMBERED_DAY || day.monday) {
    const label = svg("text", { class: "day", x: x + width / 2, y: HEAD - 10, "text-anchor": "middle" });
    label.classList.toggle("off", !day.worked);
    label.append(String(day.dayOfMonth), svg("title", {}, day.date));
    parts.push(label);
  }
  return parts;
}

function line(row: Row, x: (days: number) => number, middle: number): SVGElement {
  const group = svg("g", { class: "task", role: "listitem", "data-task": row.id, "aria-label": row.description });
  const kind = row.critical ? "bar critical" : "bar";
  const end = x(row.from + row.width);
  const tail = x(row.from + row.width + row.slackWidth);
  group.classList.toggle("critical", row.critical);
  group.append(
    svg("title", {}, row.description),
    svg("text", { class: "name", x: 4, y: middle + 4.5 }, cut(row.label)),
    svg("text", { class: "days", x: NAMES - 14, y: middle + 4.5, "text-anchor": "end" }, row.width > 0 ? `${row.duration} d` : ""),
  );
  if (row.slackWidth > 0) {
    group.append(
      svg("line", { class: "slack", x1: row.width > 0 ? end : end + BAR / 2, x2: tail, ...level(middle) }),
      svg("line", { class: "slack end", x1: tail, x2: tail, y1: middle - 5, y2: middle + 5 }),
      svg("text", { class: "note", x: tail + 7, y: middle + 4 }, `${row.slack} d slack`),
    );
  }
  group.append(row.width > 0 ? bar(kind, x(row.from), middle, end - x(row.from)) : diamond(kind, end, middle));
  return group;
}

function bar(kind: string, x: number, middle: number, width: number): SVGElement {
  return svg("rect", { class: kind, x: x + 1, y: middle - BAR / 2, width: width - 2, height: BAR, rx: 3 });
}

function diamond(kind: string, x: number, middle: number): SVGElement {
  const half = BAR / 2;
  const points = `${x - half},${middle} ${x},${middle - half} ${x + half},${middle} ${x},${middle + half}`;
  return svg("polygon", { class: kind, points });
}

function edge(row: Row, x: (days: number) => number, side: "start" | "end"): number {
  const sign = side === "start" ? -1 : 1;
  const half = row.width > 0 ? -1 : BAR / 2;
  return x(row.from + (side === "end" ? row.width : 0)) + sign * half;
}

/** Out to the right, between the rows to the left of its aim where that lies behind, and in from the left. */
function arrow(x1: number, y1: number, x2: number, y2: number): SVGElement[] {
  const out = x1 + 6;
  const into = x2 - 9;
  const between = y2 > y1 ? y2 - ROW / 2 : y2 + ROW / 2;
  const way = out <= into ? `M${x1},${y1} H${out} V${y2} H${x2 - 4}` : `M${x1},${y1} H${out} V${between} H${into} V${y2} H${x2 - 4}`;
  return [
    svg("path", { class: "link", d: way }),
    svg("polygon", { class: "tip", points: `${x2},${y2} ${x2 - 6},${y2 - 4} ${x2 - 6},${y2 + 4}` }),
  ];
}

/** The title beside it has the whole name. */
function cut(name: string): string {
  return name.length > NAME ? `${name.slice(0, NAME - 1).trimEnd()}…` : name;
}

function level(y: number): { y1: number; y2: number } {
  return { y1: y, y2: y };
}
