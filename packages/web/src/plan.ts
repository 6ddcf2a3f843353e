import type { Health, Project, Schedule, TideplanClient } from "@tideplan/client";
import { layout, type Layout } from "./layout.js";

/** What the page shows of a project. */
export interface Shown {
  project: Project;
  schedule: Schedule;
  layout: Layout;
}

/** Asks the service for a project, its schedule and its calendar. */
export async function load(client: TideplanClient, projectId: string): Promise<Shown> {
  const [project, schedule] = await Promise.all([client.getProject(projectId), client.getSchedule(projectId)]);
  const calendar = project.calendar === null ? undefined : await client.getCalendar(project.calendar);
  return { project, schedule, layout: layout(schedule, calendar) };
}

/** The service's version, and the page's own where it is another. */
export function versions(health: Health, page: string): string {
  return health.version === page ? page : `${health.version} (page ${page})`;
}
