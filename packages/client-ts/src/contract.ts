/** The contract's schemas. Durations, lags and slack are whole working days. */

/** A calendar date as YYYY-MM-DD. */
export type CalendarDate = string;

export interface Health {
  status: "ok";
  /** Version of the service, as semantic versioning writes it. */
  version: string;
}

export interface Task {
  id: string;
  /** Shown instead of the id. */
  name?: string;
  /** Working days; 0 is a milestone. */
  duration: number;
}

/** Finish-start: the successor starts when the predecessor has finished. */
export interface Dependency {
  predecessor: string;
  successor: string;
  /** Working days between finish and start; negative is a lead. */
  lag?: number;
}

export interface Calendar {
  /** Weekdays that are worked, 0 is Monday; Monday to Friday unless given. */
  weekdays?: number[];
  holidays?: CalendarDate[];
}

export interface Plan {
  /** Earliest calendar day of work. */
  start: CalendarDate;
  tasks: Task[];
  dependencies?: Dependency[];
  calendar?: Calendar;
}

export interface ScheduledTask {
  id: string;
  name: string;
  duration: number;
  early_start: CalendarDate;
  /** Last day of work, not the day after. */
  early_finish: CalendarDate;
  late_start: CalendarDate;
  late_finish: CalendarDate;
  /** How far it can slip without moving the finish of the plan. */
  total_slack: number;
  /** How far it can slip without moving another task. */
  free_slack: number;
  critical: boolean;
}

export interface Schedule {
  start: CalendarDate;
  finish: CalendarDate;
  duration: number;
  /** Ids of one chain of tasks that fixes the finish. */
  critical_path: string[];
  tasks: ScheduledTask[];
}

export interface Problems {
  problems: string[];
}
