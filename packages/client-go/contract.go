package tideplan

// Date is a calendar date as YYYY-MM-DD.
type Date string

// Health says that the service and its database run.
type Health struct {
	Status  string `json:"status"`
	Version string `json:"version"` // as semantic versioning writes it, without a leading v
}

// Credentials say who signs in.
type Credentials struct {
	User     string `json:"user"`
	Password string `json:"password"`
}

// Session is the token that later calls carry.
type Session struct {
	Token     string `json:"token"`
	ExpiresIn int    `json:"expires_in"` // seconds
}

// Problems is why a request was refused.
type Problems struct {
	Problems []string `json:"problems"`
}

// WorkingTime says which days are worked.
type WorkingTime struct {
	Weekdays []int  `json:"weekdays,omitempty"` // 0 is Monday; Monday to Friday when empty
	Holidays []Date `json:"holidays,omitempty"`
}

// CalendarInput is a calendar as a client gives it.
type CalendarInput struct {
	WorkingTime
	Name string `json:"name"`
}

// Calendar can be followed by projects.
type Calendar struct {
	CalendarInput
	ID string `json:"id"`
}

// Calendars are all calendars, oldest first.
type Calendars struct {
	Items []Calendar `json:"items"`
}

// ProjectInput is a project as a client gives it.
type ProjectInput struct {
	Name     string  `json:"name"`
	Start    Date    `json:"start"`              // earliest calendar day of work
	Calendar *string `json:"calendar,omitempty"` // ID of a calendar; Monday to Friday when nil
}

// Project is a plan that is stored: tasks and dependencies belong to it.
type Project struct {
	ProjectInput
	ID string `json:"id"`
}

// Projects are all projects, oldest first.
type Projects struct {
	Items []Project `json:"items"`
}

// TaskInput is a task as a client gives it.
type TaskInput struct {
	Name     string `json:"name"`
	Duration int    `json:"duration"` // working days; 0 is a milestone
}

// Task is a piece of work.
type Task struct {
	TaskInput
	ID string `json:"id"`
}

// Tasks are those of a project, oldest first.
type Tasks struct {
	Items []Task `json:"items"`
}

// DependencyInput is finish-start: the successor starts Lag working days after the predecessor has finished.
type DependencyInput struct {
	Predecessor string `json:"predecessor"` // ID of a task
	Successor   string `json:"successor"`   // ID of a task
	Lag         int    `json:"lag"`         // negative is a lead
}

// Dependency is between two tasks of one project.
type Dependency struct {
	DependencyInput
	ID string `json:"id"`
}

// Dependencies are those of a project, oldest first.
type Dependencies struct {
	Items []Dependency `json:"items"`
}

// PlanTask is a task of a plan that is not stored.
type PlanTask struct {
	ID       string `json:"id"`
	Name     string `json:"name,omitempty"` // shown instead of the ID
	Duration int    `json:"duration"`       // working days; 0 is a milestone
}

// PlanDependency is a dependency of a plan that is not stored.
type PlanDependency struct {
	Predecessor string `json:"predecessor"`
	Successor   string `json:"successor"`
	Lag         int    `json:"lag"` // negative is a lead
}

// Plan is scheduled and not stored.
type Plan struct {
	Start        Date             `json:"start"` // earliest calendar day of work
	Tasks        []PlanTask       `json:"tasks"`
	Dependencies []PlanDependency `json:"dependencies,omitempty"`
	Calendar     *WorkingTime     `json:"calendar,omitempty"`
}

// ScheduledTask is a task with its dates. Finish dates are the last day of work, not the day after.
type ScheduledTask struct {
	ID          string `json:"id"`
	Name        string `json:"name"`
	Duration    int    `json:"duration"` // working days
	EarlyStart  Date   `json:"early_start"`
	EarlyFinish Date   `json:"early_finish"`
	LateStart   Date   `json:"late_start"`
	LateFinish  Date   `json:"late_finish"`
	TotalSlack  int    `json:"total_slack"` // working days it can slip without moving the finish of the plan
	FreeSlack   int    `json:"free_slack"`  // working days it can slip without moving another task
	Critical    bool   `json:"critical"`
}

// Schedule is a plan's answer.
type Schedule struct {
	Start        Date            `json:"start"`
	Finish       Date            `json:"finish"`
	Duration     int             `json:"duration"`      // working days
	CriticalPath []string        `json:"critical_path"` // IDs of one chain of tasks that fixes the finish
	Tasks        []ScheduledTask `json:"tasks"`
}
