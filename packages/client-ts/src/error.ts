import type { Problems } from "./contract.js";

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

  /** Reads a failed answer; one that is not the service's, such as a proxy's error page, gives no problems. */
  static async from(response: Response): Promise<TideplanError> {
    const text = await response.text();
    try {
      const body = JSON.parse(text) as Partial<Problems> | null;
      return new TideplanError(response.status, Array.isArray(body?.problems) ? body.problems.map(String) : []);
    } catch {
      return new TideplanError(response.status, []);
    }
  }
}
