/** The contract's schemas. Durations, lags and slack are whole working days. */

/** A calendar date as YYYY-MM-DD. */
export type CalendarDate = string;

/** Says that the service and its database run. */
export interface Health {
  status: "ok";
  /** Version of the service, as semantic versioning writes it. */
  version: string;
}

/** Who signs in. */
export interface Credentials {
  user: string;
  password: string;
}

/** A token for the header `Authorization: Bearer TOKEN`. */
export interface Session {
  token: string;
  /** Seconds. */
  expires_in: number;
}

/** Which days are worked. */
export interface WorkingTime {
  /** 0 is Monday; Monday to Friday unless given. */
  weekdays?: number[];
  holidays?: CalendarDate[];
}

export interface CalendarInput {
  /** 0 is Monday; Monday to Friday unless given. */
  weekdays?: number[];
  holidays?: CalendarDate[];
  name: string;
}

/** A calendar that projects can follow. */
export interface Calendar {
  weekdays: number[];
  holidays: CalendarDate[];
  name: string;
  id: string;
}

export interface Calendars {
  items: Calendar[];
}

export interface ProjectInput {
  name: string;
  /** Earliest calendar day of work. */
  start: CalendarDate;
  /** Id of a calendar; Monday to Friday without one. */
  calendar?: string | null;
}

/** A plan: tasks and dependencies belong to it. */
export interface Project {
  name: string;
  start: CalendarDate;
  calendar: string | null;
  id: string;
}

export interface Projects {
  items: Project[];
}

export interface TaskInput {
  name: string;
  /** Working days; 0 is a milestone. */
  duration: number;
}

/** A piece of work. */
export interface Task {
  name: string;
  duration: number;
  id: string;
}

export interface Tasks {
  items: Task[];
}

/** Finish-start: the successor starts when the predecessor has finished. */
export interface DependencyInput {
  /** Id of a task. */
  predecessor: string;
  /** Id of a task. */
  successor: string;
  /** Working days between finish and start; negative is a lead. */
  lag?: number;
}

/** A dependency between two tasks of one project. */
export interface Dependency {
  predecessor: string;
  successor: string;
  lag: number;
  id: string;
}

export interface Dependencies {
  items: Dependency[];
}

/** A task of a plan that is not stored. */
export interface PlanTask {
  id: string;
  /** Shown instead of the id. */
  name?: string;
  /** Working days; 0 is a milestone. */
  duration: number;
}

/** A dependency of a plan that is not stored. */
export interface PlanDependency {
  predecessor: string;
  successor: string;
  /** Working days between finish and start; negative is a lead. */
  lag?: number;
}

/** A plan that is scheduled and not stored. */
export interface Plan {
  /** Earliest calendar day of work. */
  start: CalendarDate;
  tasks: PlanTask[];
  dependencies?: PlanDependency[];
  calendar?: WorkingTime;
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
  /** First working day. */
  start: CalendarDate;
  /** Last working day. */
  finish: CalendarDate;
  duration: number;
  /** Ids of one chain of tasks that fixes the finish. */
  critical_path: string[];
  tasks: ScheduledTask[];
}

/** Why a request was refused. */
export interface Problems {
  problems: string[];
}
