import { chart } from "./chart.js";
import { counted, layout } from "./layout.js";
import { loadSchedule } from "./source.js";

const summary = found("summary");
found("version").textContent = __TIDEPLAN_VERSION__;

try {
  const schedule = await loadSchedule(new URLSearchParams(location.search));
  found("chart").append(chart(layout(schedule)));
  summary.textContent = `${schedule.start} to ${schedule.finish}, ${counted(schedule.duration, "working day")}`;
} catch (error) {
  summary.classList.add("failed");
  summary.textContent = error instanceof Error ? error.message : String(error);
}

function found(id: string): HTMLElement {
  const element = document.getElementById(id);
  if (element === null) {
    throw new Error(`the page has no element ${id}`);
  }
  return element;
}
