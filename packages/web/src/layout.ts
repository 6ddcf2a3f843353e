import type { CalendarDate, Schedule, ScheduledTask } from "@tideplan/client";

/** A row of the chart. Positions and widths are calendar days, counted from the first day shown. */
export interface Row {
  id: string;
  label: string;
  /** What a pointer or a screen reader is told. */
  description: string;
  from: number;
  /** 0 for a milestone, which stands at the close of its day. */
  width: number;
  /** From the bar's end to the latest finish. */
  slackWidth: number;
  critical: boolean;
}

/** A calendar day of the chart. */
export interface Day {
  date: CalendarDate;
  weekend: boolean;
}

export interface Layout {
  days: Day[];
  rows: Row[];
}

const MILLISECONDS_PER_DAY = 86_400_000;

/** Days and rows of a schedule, tasks in the order of their earliest start. */
export function layout(schedule: Schedule): Layout {
  const first = dayNumber(schedule.start);
  const count = dayNumber(schedule.finish) - first + 1;
  return {
    days: Array.from({ length: count }, (_, n) => day(first + n)),
    rows: [...schedule.tasks].sort(byStart).map((task) => row(task, first)),
  };
}

function row(task: ScheduledTask, first: number): Row {
  const milestone = task.duration === 0;
  const end = dayNumber(task.early_finish) + 1;
  const from = milestone ? end : dayNumber(task.early_start);
  return {
    id: task.id,
    label: task.name,
    description: describe(task),
    from: from - first,
    width: end - from,
    slackWidth: dayNumber(task.late_finish) + 1 - end,
    critical: task.critical,
  };
}

function describe(task: ScheduledTask): string {
  const when = task.duration === 0 ? task.early_finish : `${task.early_start} to ${task.early_finish}`;
  const slack = task.critical ? "critical" : `slack ${counted(task.total_slack, "working day")}`;
  return `${task.name}: ${when}, ${slack}`;
}

/** "1 working day", "2 working days". */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

function byStart(a: ScheduledTask, b: ScheduledTask): number {
  return dayNumber(a.early_start) - dayNumber(b.early_start) || dayNumber(a.early_finish) - dayNumber(b.early_finish);
}

function day(number: number): Day {
  const date = new Date(number * MILLISECONDS_PER_DAY);
  return { date: date.toISOString().slice(0, 10), weekend: date.getUTCDay() % 6 === 0 };
}

/** Days since 1970-01-01. */
function dayNumber(date: CalendarDate): number {
  return Date.parse(`${date}T00:00:00Z`) / MILLISECONDS_PER_DAY;
}
