import type { Layout, Row } from "./layout.js";

/** Sizes in CSS pixels. */
const DAY = 26;
const ROW = 30;
const BAR = 16;
const NAMES = 200;
const HEAD = 24;

/** The layout as an SVG element: a column per calendar day, a line per task. */
export function chart({ days, rows }: Layout): SVGSVGElement {
  const width = NAMES + days.length * DAY + DAY / 2;
  const height = HEAD + rows.length * ROW;
  const svg = element("svg", { width, height, viewBox: `0 0 ${width} ${height}`, role: "list" });
  days.forEach((day, n) => {
    const x = NAMES + n * DAY;
    if (day.weekend) {
      svg.append(element("rect", { class: "rest", x, y: HEAD, width: DAY, height: height - HEAD }));
    }
    const text = element("text", { x: x + DAY / 2, y: HEAD - 8, "text-anchor": "middle" });
    text.append(day.date.slice(8), titled(day.date));
    svg.append(text);
  });
  rows.forEach((row, n) => svg.append(line(row, HEAD + n * ROW + ROW / 2)));
  return svg;
}

function line(row: Row, middle: number): SVGElement {
  const group = element("g", { role: "listitem", "data-task": row.id, "aria-label": row.description });
  group.classList.toggle("critical", row.critical);
  const name = element("text", { x: 0, y: middle + 4 });
  name.append(row.label);
  group.append(titled(row.description), name);
  const x = NAMES + row.from * DAY;
  if (row.slackWidth > 0) {
    const end = x + row.width * DAY;
    const slack = element("g", { class: "slack" });
    slack.append(element("line", { x1: end, x2: end + row.slackWidth * DAY, y1: middle, y2: middle }));
    group.append(slack);
  }
  group.append(row.width > 0 ? bar(x, middle, row.width * DAY) : diamond(x, middle));
  return group;
}

function bar(x: number, middle: number, width: number): SVGElement {
  return element("rect", { class: "bar", x, y: middle - BAR / 2, width, height: BAR, rx: 3 });
}

function diamond(x: number, middle: number): SVGElement {
  const half = BAR / 2;
  const points = `${x - half},${middle} ${x},${middle - half} ${x + half},${middle} ${x},${middle + half}`;
  return element("polygon", { class: "bar", points });
}

function titled(text: string): SVGElement {
  const title = element("title", {});
  title.append(text);
  return title;
}

function element<Name extends keyof SVGElementTagNameMap>(
  name: Name,
  attributes: Record<string, string | number>,
): SVGElementTagNameMap[Name] {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) {
    made.setAttribute(key, String(value));
  }
  return made;
}
