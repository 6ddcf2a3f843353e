import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { layout } from "../build/layout.js";

const task = {
  id: "survey",
  name: "Survey",
  duration: 2,
  early_start: "2025-03-07",
  early_finish: "2025-03-10",
  late_start: "2025-03-10",
  late_finish: "2025-03-11",
  total_slack: 1,
  free_slack: 1,
  critical: false,
};
const schedule = { start: "2025-03-06", finish: "2025-03-12", duration: 5, critical_path: [], tasks: [task] };

test("a day per calendar day, weekends marked", () => {
  const { days } = layout(schedule);
  assert.deepEqual(days.map((day) => day.date.slice(8)).join(" "), "06 07 08 09 10 11 12");
  assert.deepEqual(days.filter((day) => day.weekend).map((day) => day.date), ["2025-03-08", "2025-03-09"]);
});

test("a bar spans the weekend and its slack ends with the latest finish", () => {
  const [row] = layout(schedule).rows;
  assert.deepEqual([row.from, row.width, row.slackWidth], [1, 4, 1]);
  assert.equal(row.description, "Survey: 2025-03-07 to 2025-03-10, slack 1 working day");
});

test("a milestone stands at the close of its day", () => {
  const milestone = { ...task, duration: 0, early_start: "2025-03-07", early_finish: "2025-03-07", late_finish: "2025-03-07" };
  const [row] = layout({ ...schedule, tasks: [milestone] }).rows;
  assert.deepEqual([row.from, row.width, row.slackWidth], [2, 0, 0]);
});

test("days are whole where clocks change", () => {
  const spring = { ...task, early_start: "2025-03-28", early_finish: "2025-03-31", late_finish: "2025-03-31" };
  const [row] = layout({ ...schedule, start: "2025-03-28", finish: "2025-04-01", tasks: [spring] }).rows;
  assert.deepEqual([row.from, row.width], [0, 4]);
});

test("the demo stays within the days shown and is ordered by start", () => {
  const demo = JSON.parse(readFileSync(new URL("../public/demo-schedule.json", import.meta.url), "utf8"));
  const { days, rows } = layout(demo);
  assert.equal(rows.length, demo.tasks.length);
  assert.ok(rows.every((row) => row.from >= 0 && row.from + row.width + row.slackWidth <= days.length));
  assert.equal(rows[0].id, "kickoff");
});
