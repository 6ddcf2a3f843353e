import type { Calendar, CalendarDate, Schedule, ScheduledTask } from "@tideplan/client";

/** A row of the chart. Positions and widths are calendar days, counted from the first day shown. */
export interface Row {
  id: string;
  label: string;
  /** What a pointer or a screen reader is told. */
  description: string;
  /** Working days. */
  duration: number;
  from: number;
  /** 0 for a milestone, which stands at the close of its day; the one that opens the plan stands before its first day. */
  width: number;
  /** From the bar's end to the latest finish. */
  slackWidth: number;
  /** Working days. */
  slack: number;
  critical: boolean;
}

/** A calendar day of the chart. */
export interface Day {
  date: CalendarDate;
  dayOfMonth: number;
  /** "March 2025", on the first day shown and on the first of a month. */
  month: string | undefined;
  monday: boolean;
  worked: boolean;
}

/** From the end of one row's bar to the start of the other's; rows are counted from 0. */
export interface Link {
  from: number;
  to: number;
}

export interface Layout {
  days: Day[];
  rows: Row[];
  /** Along the critical path. */
  links: Link[];
}

/** The calendar of a project that names none. */
export const MONDAY_TO_FRIDAY: Pick<Calendar, "weekdays" | "holidays"> = { weekdays: [0, 1, 2, 3, 4], holidays: [] };

const MILLISECONDS_PER_DAY = 86_400_000;

/** Days, rows and links of a schedule, tasks in the order of their earliest start. */
export function layout(schedule: Schedule, calendar = MONDAY_TO_FRIDAY): Layout {
  const first = dayNumber(schedule.start);
  const count = dayNumber(schedule.finish) - first + 1;
  const rows = [...schedule.tasks].sort(byStart).map((task) => row(task, first, task.id === schedule.critical_path[0]));
  const place = new Map(rows.map((row, n) => [row.id, n]));
  const path = schedule.critical_path.flatMap((id) => place.get(id) ?? []);
  return {
    days: Array.from({ length: count }, (_, n) => day(first + n, n === 0, calendar)),
    rows,
    links: path.slice(1).map((to, n) => ({ from: path[n] ?? to, to })),
  };
}

function row(task: ScheduledTask, first: number, opens: boolean): Row {
  const milestone = task.duration === 0;
  const end = dayNumber(task.early_finish) + (milestone && opens ? 0 : 1);
  const from = milestone ? end : dayNumber(task.early_start);
  return {
    id: task.id,
    label: task.name,
    description: describe(task),
    duration: task.duration,
    from: from - first,
    width: end - from,
    slackWidth: task.critical ? 0 : dayNumber(task.late_finish) + 1 - end,
    slack: task.total_slack,
    critical: task.critical,
  };
}

function describe(task: ScheduledTask): string {
  const finish = shown(task.early_finish);
  const when = task.duration === 0 ? finish : `${shown(task.early_start)} to ${finish}`;
  const slack = task.critical ? "critical" : `slack ${counted(task.total_slack, "working day")}`;
  return `${task.name}: ${when}, ${slack}`;
}

/** "1 working day", "2 working days". */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

/** "3 March 2025". */
export function shown(date: CalendarDate): string {
  return format(dayNumber(date), { day: "numeric", month: "long", year: "numeric" });
}

function byStart(a: ScheduledTask, b: ScheduledTask): number {
  return dayNumber(a.early_start) - dayNumber(b.early_start) || dayNumber(a.early_finish) - dayNumber(b.early_finish);
}

function day(number: number, first: boolean, calendar: Pick<Calendar, "weekdays" | "holidays">): Day {
  const at = new Date(number * MILLISECONDS_PER_DAY);
  const date = at.toISOString().slice(0, 10);
  // The contract counts weekdays from Monday.
  const weekday = (at.getUTCDay() + 6) % 7;
  return {
    date,
    dayOfMonth: at.getUTCDate(),
    month: first || at.getUTCDate() === 1 ? format(number, { month: "long", year: "numeric" }) : undefined,
    monday: weekday === 0,
    worked: calendar.weekdays.includes(weekday) && !calendar.holidays.includes(date),
  };
}

/** Days since 1970-01-01. */
function dayNumber(date: CalendarDate): number {
  return Date.parse(`${date}T00:00:00Z`) / MILLISECONDS_PER_DAY;
}

function format(dayNumber: number, parts: Intl.DateTimeFormatOptions): string {
  const day = new Date(dayNumber * MILLISECONDS_PER_DAY);
  return new Intl.DateTimeFormat("en-GB", { timeZone: "UTC", ...parts }).format(day);
}
