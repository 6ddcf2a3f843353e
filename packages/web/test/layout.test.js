import assert from "node:assert/strict";
import { test } from "node:test";

import { layout, shown } from "../build/layout.js";
import { versions } from "../build/plan.js";

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

test("a day per calendar day, those not worked marked", () => {
  const { days } = layout(schedule);
  assert.equal(days.map((day) => day.dayOfMonth).join(" "), "6 7 8 9 10 11 12");
  assert.deepEqual(days.filter((day) => !day.worked).map((day) => day.date), ["2025-03-08", "2025-03-09"]);
  const calendar = { weekdays: [0, 1, 2, 3, 4, 5, 6], holidays: ["2025-03-11"] };
  assert.deepEqual(layout(schedule, calendar).days.filter((day) => !day.worked).map((day) => day.date), ["2025-03-11"]);
});

test("months are named on the first day shown and where they begin", () => {
  const { days } = layout({ ...schedule, start: "2025-02-27", finish: "2025-03-02", tasks: [] });
  assert.deepEqual(days.map((day) => day.month), ["February 2025", undefined, "March 2025", undefined]);
  assert.equal(shown("2025-03-01"), "1 March 2025");
});

test("a bar spans the weekend and its slack ends with the latest finish", () => {
  const [row] = layout(schedule).rows;
  assert.deepEqual([row.from, row.width, row.slackWidth], [1, 4, 1]);
  assert.equal(row.description, "Survey: 7 March 2025 to 10 March 2025, slack 1 working day");
});

test("a milestone stands at the close of its day", () => {
  const milestone = { ...task, duration: 0, early_start: "2025-03-07", early_finish: "2025-03-07", late_finish: "2025-03-07" };
  const [row] = layout({ ...schedule, tasks: [milestone] }).rows;
  assert.deepEqual([row.from, row.width, row.slackWidth], [2, 0, 0]);
});

test("a milestone that opens the plan stands before its first day", () => {
  const kickoff = { ...task, duration: 0, critical: true, early_start: "2025-03-06", early_finish: "2025-03-06", late_finish: "2025-03-06" };
  const [row] = layout({ ...schedule, critical_path: ["survey"], tasks: [kickoff] }).rows;
  assert.deepEqual([row.from, row.width, row.slackWidth], [0, 0, 0]);
});

test("days are whole where clocks change", () => {
  const spring = { ...task, early_start: "2025-03-28", early_finish: "2025-03-31", late_finish: "2025-03-31" };
  const [row] = layout({ ...schedule, start: "2025-03-28", finish: "2025-04-01", tasks: [spring] }).rows;
  assert.deepEqual([row.from, row.width], [0, 4]);
});

test("links follow the critical path through the rows as they are sorted", () => {
  const later = { ...task, id: "dredge", early_start: "2025-03-11", early_finish: "2025-03-12" };
  const { rows, links } = layout({ ...schedule, critical_path: ["survey", "dredge"], tasks: [later, task] });
  assert.deepEqual(rows.map((row) => row.id), ["survey", "dredge"]);
  assert.deepEqual(links, [{ from: 0, to: 1 }]);
});

test("a version that differs from the page's is told apart", () => {
  assert.equal(versions({ status: "ok", version: "1.2.3" }, "1.2.3"), "1.2.3");
  assert.equal(versions({ status: "ok", version: "1.2.4" }, "1.2.3"), "1.2.4 (page 1.2.3)");
});
