import { TideplanClient, TideplanError, type Credentials } from "@tideplan/client";
import { chart } from "./chart.js";
import { counted, shown } from "./layout.js";
import { load, versions } from "./plan.js";

/** What `seed-demo` gives its user unless told otherwise. */
const DEMO: Credentials = { user: "demo", password: "tideplan-demo" };
const TOKEN = "tideplan-token";

const client = new TideplanClient(new URL("api", location.href).href, tokenOption());
const projectId = new URLSearchParams(location.search).get("project") ?? "demo";
const form = found("sign-in", HTMLFormElement);

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const given = new FormData(form);
  void attempt(() => signIn({ user: String(given.get("user")), password: String(given.get("password")) }));
});

await attempt(async () => {
  found("version", HTMLElement).textContent = versions(await client.health(), __TIDEPLAN_VERSION__);
  try {
    await show();
  } catch (error) {
    if (!(error instanceof TideplanError && error.status === 401)) {
      throw error;
    }
    await signIn(DEMO);
  }
});

async function signIn(credentials: Credentials): Promise<void> {
  const { token } = await client.login(credentials);
  sessionStorage.setItem(TOKEN, token);
  form.hidden = true;
  await show();
}

async function show(): Promise<void> {
  const { project, schedule, layout } = await load(client, projectId);
  const critical = schedule.tasks.filter((task) => task.critical).length;
  document.title = `${project.name} · tideplan`;
  found("title", HTMLElement).textContent = project.name;
  say(
    `${shown(schedule.start)} to ${shown(schedule.finish)} · ${counted(schedule.duration, "working day")} · ` +
      `${critical} of ${counted(schedule.tasks.length, "task")} critical`,
  );
  found("chart", HTMLElement).replaceChildren(chart(layout));
  found("plan", HTMLElement).hidden = false;
}

/** Does it, or says why it could not be done; without a valid token the form appears. */
async function attempt(act: () => Promise<void>): Promise<void> {
  try {
    await act();
  } catch (error) {
    if (error instanceof TideplanError && error.status === 401) {
      say(form.hidden ? "Sign in to see the plan." : error.problems.join("; "), !form.hidden);
      form.hidden = false;
    } else {
      say(error instanceof Error ? error.message : String(error), true);
    }
  }
}

function say(text: string, failed = false): void {
  const summary = found("summary", HTMLElement);
  summary.textContent = text;
  summary.classList.toggle("failed", failed);
}

function tokenOption(): { token?: string } {
  const token = sessionStorage.getItem(TOKEN);
  return token === null ? {} : { token };
}

function found<Kind extends HTMLElement>(id: string, kind: abstract new () => Kind): Kind {
  const element = document.getElementById(id);
  if (!(element instanceof kind)) {
    throw new Error(`the page has no ${kind.name} ${id}`);
  }
  return element;
}
