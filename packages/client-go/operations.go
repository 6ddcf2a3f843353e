package tideplan

import (
	"context"
	"net/http"
)

// Health asks whether the service and its database run, and which version.
func (c *Client) Health(ctx context.Context) (Health, error) {
	return get[Health](ctx, c, "health")
}

// Login exchanges a password for a token, which later calls of this client carry.
func (c *Client) Login(ctx context.Context, credentials Credentials) (Session, error) {
	session, err := send[Session](ctx, c, http.MethodPost, credentials, "login")
	if err == nil {
		c.SetToken(session.Token)
	}
	return session, err
}

// ListProjects lists the projects, oldest first.
func (c *Client) ListProjects(ctx context.Context) (Projects, error) {
	return get[Projects](ctx, c, "projects")
}

// CreateProject creates a project.
func (c *Client) CreateProject(ctx context.Context, project ProjectInput) (Project, error) {
	return send[Project](ctx, c, http.MethodPost, project, "projects")
}

// GetProject gets a project.
func (c *Client) GetProject(ctx context.Context, projectID string) (Project, error) {
	return get[Project](ctx, c, "projects", projectID)
}

// UpdateProject replaces a project's own values; its tasks stay.
func (c *Client) UpdateProject(ctx context.Context, projectID string, project ProjectInput) (Project, error) {
	return send[Project](ctx, c, http.MethodPut, project, "projects", projectID)
}

// DeleteProject deletes a project, its tasks and its dependencies.
func (c *Client) DeleteProject(ctx context.Context, projectID string) error {
	return c.call(ctx, http.MethodDelete, []string{"projects", projectID}, nil, nil)
}

// ListTasks lists the tasks of a project, oldest first.
func (c *Client) ListTasks(ctx context.Context, projectID string) (Tasks, error) {
	return get[Tasks](ctx, c, "projects", projectID, "tasks")
}

// CreateTask creates a task.
func (c *Client) CreateTask(ctx context.Context, projectID string, task TaskInput) (Task, error) {
	return send[Task](ctx, c, http.MethodPost, task, "projects", projectID, "tasks")
}

// GetTask gets a task.
func (c *Client) GetTask(ctx context.Context, projectID, taskID string) (Task, error) {
	return get[Task](ctx, c, "projects", projectID, "tasks", taskID)
}

// UpdateTask replaces a task's values; its dependencies stay.
func (c *Client) UpdateTask(ctx context.Context, projectID, taskID string, task TaskInput) (Task, error) {
	return send[Task](ctx, c, http.MethodPut, task, "projects", projectID, "tasks", taskID)
}

// DeleteTask deletes a task and its dependencies.
func (c *Client) DeleteTask(ctx context.Context, projectID, taskID string) error {
	return c.call(ctx, http.MethodDelete, []string{"projects", projectID, "tasks", taskID}, nil, nil)
}

// ListDependencies lists the dependencies of a project, oldest first.
func (c *Client) ListDependencies(ctx context.Context, projectID string) (Dependencies, error) {
	return get[Dependencies](ctx, c, "projects", projectID, "dependencies")
}

// CreateDependency lets a task wait for another; a cycle is refused with status 409.
func (c *Client) CreateDependency(ctx context.Context, projectID string, dependency DependencyInput) (Dependency, error) {
	return send[Dependency](ctx, c, http.MethodPost, dependency, "projects", projectID, "dependencies")
}

// GetDependency gets a dependency.
func (c *Client) GetDependency(ctx context.Context, projectID, dependencyID string) (Dependency, error) {
	return get[Dependency](ctx, c, "projects", projectID, "dependencies", dependencyID)
}

// UpdateDependency replaces a dependency; a cycle is refused with status 409.
func (c *Client) UpdateDependency(
	ctx context.Context, projectID, dependencyID string, dependency DependencyInput,
) (Dependency, error) {
	return send[Dependency](ctx, c, http.MethodPut, dependency, "projects", projectID, "dependencies", dependencyID)
}

// DeleteDependency deletes a dependency.
func (c *Client) DeleteDependency(ctx context.Context, projectID, dependencyID string) error {
	return c.call(ctx, http.MethodDelete, []string{"projects", projectID, "dependencies", dependencyID}, nil, nil)
}

// GetSchedule asks for early and late dates, slack and the critical path of a project.
func (c *Client) GetSchedule(ctx context.Context, projectID string) (Schedule, error) {
	return get[Schedule](ctx, c, "projects", projectID, "schedule")
}

// ComputeSchedule asks for the schedule of a plan without storing it.
func (c *Client) ComputeSchedule(ctx context.Context, plan Plan) (Schedule, error) {
	return send[Schedule](ctx, c, http.MethodPost, plan, "schedule")
}

// ListCalendars lists the calendars, oldest first.
func (c *Client) ListCalendars(ctx context.Context) (Calendars, error) {
	return get[Calendars](ctx, c, "calendars")
}

// CreateCalendar creates a calendar.
func (c *Client) CreateCalendar(ctx context.Context, calendar CalendarInput) (Calendar, error) {
	return send[Calendar](ctx, c, http.MethodPost, calendar, "calendars")
}

// GetCalendar gets a calendar.
func (c *Client) GetCalendar(ctx context.Context, calendarID string) (Calendar, error) {
	return get[Calendar](ctx, c, "calendars", calendarID)
}

// UpdateCalendar replaces a calendar.
func (c *Client) UpdateCalendar(ctx context.Context, calendarID string, calendar CalendarInput) (Calendar, error) {
	return send[Calendar](ctx, c, http.MethodPut, calendar, "calendars", calendarID)
}

// DeleteCalendar deletes a calendar that no project follows; one that is followed is kept, with status 409.
func (c *Client) DeleteCalendar(ctx context.Context, calendarID string) error {
	return c.call(ctx, http.MethodDelete, []string{"calendars", calendarID}, nil, nil)
}

func get[Answer any](ctx context.Context, c *Client, path ...string) (Answer, error) {
	return send[Answer](ctx, c, http.MethodGet, nil, path...)
}

func send[Answer any](ctx context.Context, c *Client, method string, body any, path ...string) (Answer, error) {
	var answer Answer
	err := c.call(ctx, method, path, body, &answer)
	return answer, err
}
