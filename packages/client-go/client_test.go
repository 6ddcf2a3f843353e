package tideplan

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"reflect"
	"strings"
	"testing"
)

// serve starts a service that gives every request the same answer, and records the last request.
func serve(t *testing.T, status int, body string) (*Client, *http.Request, *Plan) {
	t.Helper()
	var asked http.Request
	var plan Plan
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked = *r
		if r.Method == http.MethodPost {
			if err := json.NewDecoder(r.Body).Decode(&plan); err != nil {
				t.Errorf("the request is not JSON: %v", err)
			}
		}
		w.WriteHeader(status)
		w.Write([]byte(body))
	}))
	t.Cleanup(server.Close)
	return New(server.URL+"/tideplan/", server.Client()), &asked, &plan
}

func TestComputeSchedulePostsThePlan(t *testing.T) {
	answer := `{"start":"2025-03-03","finish":"2025-03-05","duration":3,"critical_path":["survey"],` +
		`"tasks":[{"id":"survey","name":"survey","duration":3,"early_start":"2025-03-03","critical":true}]}`
	client, asked, posted := serve(t, http.StatusOK, answer)
	plan := Plan{
		Start:        "2025-03-03",
		Tasks:        []Task{{ID: "survey", Duration: 3}},
		Dependencies: []Dependency{},
		Calendar:     &Calendar{Holidays: []Date{"2025-03-07"}},
	}
	schedule, err := client.ComputeSchedule(context.Background(), plan)
	if err != nil {
		t.Fatal(err)
	}
	if asked.URL.Path != "/tideplan/schedule" || asked.Header.Get("Content-Type") != "application/json" {
		t.Errorf("asked %s with content type %q", asked.URL.Path, asked.Header.Get("Content-Type"))
	}
	if plan.Dependencies = nil; !reflect.DeepEqual(*posted, plan) {
		t.Errorf("posted %+v, want %+v", *posted, plan)
	}
	if schedule.Finish != "2025-03-05" || len(schedule.Tasks) != 1 || !schedule.Tasks[0].Critical {
		t.Errorf("got %+v", schedule)
	}
}

func TestProblemsBecomeAnError(t *testing.T) {
	client, _, _ := serve(t, http.StatusUnprocessableEntity, `{"problems":["the plan has no tasks"]}`)
	_, err := client.ComputeSchedule(context.Background(), Plan{})
	var refused *Error
	if !errors.As(err, &refused) {
		t.Fatalf("got %v, want an *Error", err)
	}
	if refused.Status != 422 || !reflect.DeepEqual(refused.Problems, []string{"the plan has no tasks"}) {
		t.Errorf("got %+v", refused)
	}
}

func TestAnErrorPageOfSomebodyElse(t *testing.T) {
	client, _, _ := serve(t, http.StatusBadGateway, "<h1>Bad gateway</h1>")
	_, err := client.Health(context.Background())
	if want := "tideplan: the service answered 502: no reason given"; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

func TestOperationsAreTheContracts(t *testing.T) {
	text, err := os.ReadFile("../api/openapi.json")
	if os.IsNotExist(err) {
		t.Skip("the contract is not part of the module; it is there in the repository")
	}
	if err != nil {
		t.Fatal(err)
	}
	var contract struct {
		Paths map[string]map[string]struct {
			OperationID string `json:"operationId"`
		} `json:"paths"`
	}
	if err := json.Unmarshal(text, &contract); err != nil {
		t.Fatal(err)
	}
	calls := map[string]func(*Client) error{
		"health": func(c *Client) error {
			_, err := c.Health(context.Background())
			return err
		},
		"computeSchedule": func(c *Client) error {
			_, err := c.ComputeSchedule(context.Background(), Plan{})
			return err
		},
	}
	for path, item := range contract.Paths {
		for method, operation := range item {
			call, known := calls[operation.OperationID]
			if !known {
				t.Errorf("the client does not know %s", operation.OperationID)
				continue
			}
			client, asked, _ := serve(t, http.StatusOK, "{}")
			if err := call(client); err != nil {
				t.Errorf("%s: %v", operation.OperationID, err)
			}
			if asked.URL.Path != "/tideplan"+path || !strings.EqualFold(asked.Method, method) {
				t.Errorf("%s asked %s %s, the contract says %s %s", operation.OperationID, asked.Method, asked.URL.Path, method, path)
			}
		}
	}
}
