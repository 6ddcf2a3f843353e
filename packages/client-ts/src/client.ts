import type {
  Calendar,
  CalendarInput,
  Calendars,
  Credentials,
  Dependencies,
  Dependency,
  DependencyInput,
  Health,
  Plan,
  Project,
  ProjectInput,
  Projects,
  Schedule,
  Session,
  Task,
  TaskInput,
  Tasks,
} from "./contract.js";
import { TideplanError } from "./error.js";

export interface ClientOptions {
  /** What `login` answered; `login` sets it too. */
  token?: string;
  /** Stands in for the platform's `fetch`. */
  fetch?: typeof fetch;
}

export interface CallOptions {
  /** Gives the call up, for example `AbortSignal.timeout(5000)` after 5000 milliseconds. */
  signal?: AbortSignal;
}

/** One method per operation of the contract, of the same name: ids of the path, the body, options. */
export class TideplanClient {
  readonly #base: string;
  readonly #fetch: typeof fetch;
  #token: string | undefined;

  /** `base` is where the service stands, with or without a path or a final slash. */
  constructor(base: string, options: ClientOptions = {}) {
    this.#base = base.replace(/\/+$/, "");
    this.#fetch = options.fetch ?? ((input, init) => fetch(input, init));
    this.#token = options.token;
  }

  health(options?: CallOptions): Promise<Health> {
    return this.#call("GET", ["health"], options);
  }

  /** Later calls of this client carry the token. */
  async login(credentials: Credentials, options?: CallOptions): Promise<Session> {
    const session = await this.#call<Session>("POST", ["login"], options, credentials);
    this.#token = session.token;
    return session;
  }

  listProjects(options?: CallOptions): Promise<Projects> {
    return this.#call("GET", ["projects"], options);
  }

  createProject(project: ProjectInput, options?: CallOptions): Promise<Project> {
    return this.#call("POST", ["projects"], options, project);
  }

  getProject(projectId: string, options?: CallOptions): Promise<Project> {
    return this.#call("GET", ["projects", projectId], options);
  }

  updateProject(projectId: string, project: ProjectInput, options?: CallOptions): Promise<Project> {
    return this.#call("PUT", ["projects", projectId], options, project);
  }

  deleteProject(projectId: string, options?: CallOptions): Promise<void> {
    return this.#call("DELETE", ["projects", projectId], options);
  }

  listTasks(projectId: string, options?: CallOptions): Promise<Tasks> {
    return this.#call("GET", ["projects", projectId, "tasks"], options);
  }

  createTask(projectId: string, task: TaskInput, options?: CallOptions): Promise<Task> {
    return this.#call("POST", ["projects", projectId, "tasks"], options, task);
  }

  getTask(projectId: string, taskId: string, options?: CallOptions): Promise<Task> {
    return this.#call("GET", ["projects", projectId, "tasks", taskId], options);
  }

  updateTask(projectId: string, taskId: string, task: TaskInput, options?: CallOptions): Promise<Task> {
    return this.#call("PUT", ["projects", projectId, "tasks", taskId], options, task);
  }

  deleteTask(projectId: string, taskId: string, options?: CallOptions): Promise<void> {
    return this.#call("DELETE", ["projects", projectId, "tasks", taskId], options);
  }

  listDependencies(projectId: string, options?: CallOptions): Promise<Dependencies> {
    return this.#call("GET", ["projects", projectId, "dependencies"], options);
  }

  createDependency(projectId: string, dependency: DependencyInput, options?: CallOptions): Promise<Dependency> {
    return this.#call("POST", ["projects", projectId, "dependencies"], options, dependency);
  }

  getDependency(projectId: string, dependencyId: string, options?: CallOptions): Promise<Dependency> {
    return this.#call("GET", ["projects", projectId, "dependencies", dependencyId], options);
  }

  updateDependency(
    projectId: string,
    dependencyId: string,
    dependency: DependencyInput,
    options?: CallOptions,
  ): Promise<Dependency> {
    return this.#call("PUT", ["projects", projectId, "dependencies", dependencyId], options, dependency);
  }

  deleteDependency(projectId: string, dependencyId: string, options?: CallOptions): Promise<void> {
    return this.#call("DELETE", ["projects", projectId, "dependencies", dependencyId], options);
  }

  getSchedule(projectId: string, options?: CallOptions): Promise<Schedule> {
    return this.#call("GET", ["projects", projectId, "schedule"], options);
  }

  computeSchedule(plan: Plan, options?: CallOptions): Promise<Schedule> {
    return this.#call("POST", ["schedule"], options, plan);
  }

  listCalendars(options?: CallOptions): Promise<Calendars> {
    return this.#call("GET", ["calendars"], options);
  }

  createCalendar(calendar: CalendarInput, options?: CallOptions): Promise<Calendar> {
    return this.#call("POST", ["calendars"], options, calendar);
  }

  getCalendar(calendarId: string, options?: CallOptions): Promise<Calendar> {
    return this.#call("GET", ["calendars", calendarId], options);
  }

  updateCalendar(calendarId: string, calendar: CalendarInput, options?: CallOptions): Promise<Calendar> {
    return this.#call("PUT", ["calendars", calendarId], options, calendar);
  }

  deleteCalendar(calendarId: string, options?: CallOptions): Promise<void> {
    return this.#call("DELETE", ["calendars", calendarId], options);
  }

  async #call<Answer>(method: string, path: string[], options: CallOptions = {}, body?: object): Promise<Answer> {
    const headers = new Headers();
    if (this.#token !== undefined) {
      headers.set("authorization", `Bearer ${this.#token}`);
    }
    const request: RequestInit = { ...options, method, headers };
    if (body !== undefined) {
      headers.set("content-type", "application/json");
      request.body = JSON.stringify(body);
    }
    const url = [this.#base, ...path.map(encodeURIComponent)].join("/");
    const response = await this.#fetch(url, request);
    if (!response.ok) {
      throw await TideplanError.from(response);
    }
    return (response.status === 204 ? undefined : await response.json()) as Answer;
  }
}
