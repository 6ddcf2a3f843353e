package tideplan

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"reflect"
	"regexp"
	"strings"
	"testing"
)

var ctx = context.Background()

// must gives the answer of a call that has to succeed.
func must[Answer any](t *testing.T) func(Answer, error) Answer {
	return func(answer Answer, err error) Answer {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return answer
	}
}

func done(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func refused(t *testing.T, err error, status int) {
	t.Helper()
	var refusal *Error
	if !errors.As(err, &refusal) || refusal.Status != status || len(refusal.Problems) == 0 {
		t.Errorf("got %v, want a refusal with status %d and problems", err, status)
	}
}

func TestEveryOperation(t *testing.T) {
	described := readContract(t)
	record := &recorder{}
	client := New(startService(t)+"/", &http.Client{Transport: record})

	health := must[Health](t)(client.Health(ctx))
	if health != (Health{Status: "ok", Version: described.Info.Version}) {
		t.Errorf("health is %+v", health)
	}
	_, err := client.ListProjects(ctx)
	refused(t, err, http.StatusUnauthorized)
	_, err = client.Login(ctx, Credentials{User: demo.User, Password: "wrong"})
	refused(t, err, http.StatusUnauthorized)
	if session := must[Session](t)(client.Login(ctx, demo)); session.ExpiresIn <= 0 {
		t.Errorf("the session is %+v", session)
	}

	sixDays := CalendarInput{WorkingTime{Weekdays: []int{0, 1, 2, 3, 4, 5}}, "Six days"}
	calendar := must[Calendar](t)(client.CreateCalendar(ctx, sixDays))
	sixDays.Holidays = []Date{"2025-05-08"}
	must[Calendar](t)(client.UpdateCalendar(ctx, calendar.ID, sixDays))
	calendar = must[Calendar](t)(client.GetCalendar(ctx, calendar.ID))
	if !reflect.DeepEqual(calendar.CalendarInput, sixDays) {
		t.Errorf("the calendar is %+v", calendar)
	}

	lighthouse := ProjectInput{Name: "Lighthouse", Start: "2025-05-05", Calendar: &calendar.ID}
	id := must[Project](t)(client.CreateProject(ctx, lighthouse)).ID
	paint := must[Task](t)(client.CreateTask(ctx, id, TaskInput{"Paint", 2}))
	lamp := must[Task](t)(client.CreateTask(ctx, id, TaskInput{"Lamp", 1}))
	must[Task](t)(client.UpdateTask(ctx, id, paint.ID, TaskInput{"Paint twice", 4}))
	if got := must[Task](t)(client.GetTask(ctx, id, paint.ID)); got != (Task{TaskInput{"Paint twice", 4}, paint.ID}) {
		t.Errorf("the task is %+v", got)
	}
	wait := must[Dependency](t)(client.CreateDependency(ctx, id, DependencyInput{paint.ID, lamp.ID, 0}))
	must[Dependency](t)(client.UpdateDependency(ctx, id, wait.ID, DependencyInput{paint.ID, lamp.ID, 1}))
	if got := must[Dependency](t)(client.GetDependency(ctx, id, wait.ID)); got.Lag != 1 {
		t.Errorf("the dependency is %+v", got)
	}
	_, err = client.CreateDependency(ctx, id, DependencyInput{lamp.ID, paint.ID, 0})
	refused(t, err, http.StatusConflict)

	schedule := must[Schedule](t)(client.GetSchedule(ctx, id))
	if schedule.Finish != "2025-05-12" || !reflect.DeepEqual(schedule.CriticalPath, []string{paint.ID, lamp.ID}) {
		t.Errorf("the schedule is %+v", schedule)
	}
	if got := must[Dependencies](t)(client.ListDependencies(ctx, id)); len(got.Items) != 1 || got.Items[0].ID != wait.ID {
		t.Errorf("the dependencies are %+v", got)
	}
	done(t, client.DeleteDependency(ctx, id, wait.ID))
	done(t, client.DeleteTask(ctx, id, lamp.ID))
	if got := must[Tasks](t)(client.ListTasks(ctx, id)); len(got.Items) != 1 || got.Items[0].ID != paint.ID {
		t.Errorf("the tasks are %+v", got)
	}

	refused(t, client.DeleteCalendar(ctx, calendar.ID), http.StatusConflict)
	lighthouse.Calendar = nil
	must[Project](t)(client.UpdateProject(ctx, id, lighthouse))
	if got := must[Project](t)(client.GetProject(ctx, id)); got != (Project{lighthouse, id}) {
		t.Errorf("the project is %+v", got)
	}
	done(t, client.DeleteCalendar(ctx, calendar.ID))
	if got := must[Calendars](t)(client.ListCalendars(ctx)); len(got.Items) != 1 || got.Items[0].ID != "harbour" {
		t.Errorf("the calendars are %+v", got)
	}
	done(t, client.DeleteProject(ctx, id))
	if got := must[Projects](t)(client.ListProjects(ctx)); len(got.Items) != 1 || got.Items[0].ID != "demo" {
		t.Errorf("the projects are %+v", got)
	}
	_, err = client.GetTask(ctx, "demo", "../../health")
	refused(t, err, http.StatusNotFound)

	plan := Plan{Start: "2025-03-03", Tasks: []PlanTask{{ID: "survey", Duration: 3}}}
	if got := must[Schedule](t)(client.ComputeSchedule(ctx, plan)); got.Finish != "2025-03-05" || !got.Tasks[0].Critical {
		t.Errorf("the schedule is %+v", got)
	}
	_, err = client.ComputeSchedule(ctx, Plan{Start: "2025-03-03", Tasks: []PlanTask{}})
	refused(t, err, http.StatusUnprocessableEntity)

	allAsked(t, described, record.asked)
}

// allAsked fails for every operation of the contract that was not asked, or that the client has no method for.
func allAsked(t *testing.T, described contract, asked [][2]string) {
	t.Helper()
	parameter := regexp.MustCompile(`\{\w+\}`)
	for path, item := range described.Paths {
		pattern := regexp.MustCompile("^" + parameter.ReplaceAllString(path, "[^/]+") + "$")
		for method, operation := range item {
			name := strings.ToUpper(operation.OperationID[:1]) + operation.OperationID[1:]
			if _, known := reflect.TypeOf(&Client{}).MethodByName(name); !known {
				t.Errorf("the client has no %s", name)
			}
			found := false
			for _, request := range asked {
				found = found || strings.EqualFold(request[0], method) && pattern.MatchString(request[1])
			}
			if !found {
				t.Errorf("%s %s was not asked", method, path)
			}
		}
	}
}

func TestTypesHaveTheContractsProperties(t *testing.T) {
	types := map[string]any{
		"Calendar": Calendar{}, "CalendarInput": CalendarInput{}, "Calendars": Calendars{}, "Credentials": Credentials{},
		"Dependencies": Dependencies{}, "Dependency": Dependency{}, "DependencyInput": DependencyInput{},
		"Health": Health{}, "Plan": Plan{}, "PlanDependency": PlanDependency{}, "PlanTask": PlanTask{},
		"Problems": Problems{}, "Project": Project{}, "ProjectInput": ProjectInput{}, "Projects": Projects{},
		"Schedule": Schedule{}, "ScheduledTask": ScheduledTask{}, "Session": Session{}, "Task": Task{},
		"TaskInput": TaskInput{}, "Tasks": Tasks{}, "WorkingTime": WorkingTime{},
	}
	for name, schema := range readContract(t).Components.Schemas {
		value, known := types[name]
		if !known {
			t.Errorf("no type stands for the schema %s", name)
			continue
		}
		fields := map[string]any{}
		for _, field := range reflect.VisibleFields(reflect.TypeOf(value)) {
			if !field.Anonymous {
				key, _, _ := strings.Cut(field.Tag.Get("json"), ",")
				fields[key] = true
				if _, known := schema.Properties[key]; !known {
					t.Errorf("%s.%s is not in the contract", name, field.Name)
				}
			}
		}
		for key := range schema.Properties {
			if fields[key] == nil {
				t.Errorf("%s has no %s", name, key)
			}
		}
	}
}

func TestAnErrorPageOfSomebodyElse(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusBadGateway)
		w.Write([]byte("<h1>Bad gateway</h1>"))
	}))
	defer server.Close()
	_, err := New(server.URL, nil).Health(ctx)
	if want := "tideplan: the service answered 502: no reason given"; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

func TestACallCanBeGivenUp(t *testing.T) {
	given, cancel := context.WithCancel(ctx)
	cancel()
	if _, err := New("http://127.0.0.1:9", nil).Health(given); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want a canceled context", err)
	}
}
