import { TideplanClient, type Plan, type Schedule } from "@tideplan/client";

/** The schedule to show: the stored one, or the demo plan scheduled by the service that the address names. */
export async function loadSchedule(query: URLSearchParams): Promise<Schedule> {
  const service = query.get("service");
  if (service === null) {
    return stored<Schedule>("demo-schedule.json");
  }
  return new TideplanClient(service).computeSchedule(await stored<Plan>("demo-plan.json"));
}

async function stored<Document>(name: string): Promise<Document> {
  const response = await fetch(name);
  if (!response.ok) {
    throw new Error(`${name}: the page's server answered ${response.status}`);
  }
  return (await response.json()) as Document;
}
