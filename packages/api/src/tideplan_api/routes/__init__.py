"""The operations, a file per subject."""

from tideplan_api.routes import calendars, dependencies, health, projects, schedules, sessions, tasks

ROUTERS = (
    health.router,
    sessions.router,
    projects.router,
    tasks.router,
    dependencies.router,
    schedules.router,
    calendars.router,
)
