package tideplan

// Date is a calendar date as YYYY-MM-DD.
type Date string

// Health says that the service runs.
type Health struct {
	Status  string `json:"status"`
	Version string `json:"version"` // as semantic versioning writes it, without a leading v
}

// Task is a piece of work.
type Task struct {
	ID       string `json:"id"`
	Name     string `json:"name,omitempty"` // shown instead of the ID
	Duration int    `json:"duration"`       // working days; 0 is a milestone
}

// Dependency is finish-start: the successor starts Lag working days after the predecessor has finished.
type Dependency struct {
	Predecessor string `json:"predecessor"`
	Successor   string `json:"successor"`
	Lag         int    `json:"lag,omitempty"` // negative is a lead
}

// Calendar says which days are worked.
type Calendar struct {
	Weekdays []int  `json:"weekdays,omitempty"` // 0 is Monday; Monday to Friday when empty
	Holidays []Date `json:"holidays,omitempty"`
}

// Plan is what can be scheduled.
type Plan struct {
	Start        Date         `json:"start"` // earliest calendar day of work
	Tasks        []Task       `json:"tasks"`
	Dependencies []Dependency `json:"dependencies,omitempty"`
	Calendar     *Calendar    `json:"calendar,omitempty"`
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
