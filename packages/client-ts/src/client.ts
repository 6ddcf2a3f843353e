import type { Health, Plan, Problems, Schedule } from "./contract.js";

/** An answer that is not a success; `problems` are the service's own words. */
export class TideplanError extends Error {
  readonly status: number;
  readonly problems: readonly string[];

  constructor(status: number, problems: readonly string[]) {
    super(`the service answered ${status}: ${problems.join("; ") || "no reason given"}`);
    this.name = "TideplanError";
    this.status = status;
    this.problems = problems;
  }
}

export interface CallOptions {
  /** Gives the call up, for example `AbortSignal.timeout(5000)` after 5000 milliseconds. */
  signal?: AbortSignal;
}

export class TideplanClient {
  readonly #base: string;
  readonly #fetch: typeof fetch;

  /** `base` is where the service stands, with or without a path or a final slash. */
  constructor(base: string, fetchWith: typeof fetch = (input, init) => fetch(input, init)) {
    this.#base = base.replace(/\/+$/, "");
    this.#fetch = fetchWith;
  }

  health(options: CallOptions = {}): Promise<Health> {
    return this.#call("/health", { ...options, method: "GET" });
  }

  computeSchedule(plan: Plan, options: CallOptions = {}): Promise<Schedule> {
    return this.#call("/schedule", {
      ...options,
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(plan),
    });
  }

  async #call<Answer>(path: string, request: RequestInit): Promise<Answer> {
    const response = await this.#fetch(this.#base + path, request);
    if (!response.ok) {
      throw new TideplanError(response.status, await problemsOf(response));
    }
    return (await response.json()) as Answer;
  }
}

/** What a failed answer says; nothing when it is not the service that speaks, such as a proxy's error page. */
async function problemsOf(response: Response): Promise<string[]> {
  const text = await response.text();
  try {
    const body = JSON.parse(text) as Partial<Problems> | null;
    return Array.isArray(body?.problems) ? body.problems.map(String) : [];
  } catch {
    return [];
  }
}
