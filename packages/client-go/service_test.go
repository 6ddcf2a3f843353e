package tideplan

import (
	"bufio"
	"encoding/json"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

var demo = Credentials{User: "demo", Password: "a password of the tests"}

// startService runs the service on a free port of 127.0.0.1, over a database of its own with the demo in it,
// and gives its address. scripts/setup-suite installs it; where there is no repository the test is skipped.
func startService(t *testing.T) string {
	t.Helper()
	if _, err := os.Stat("../api/openapi.json"); os.IsNotExist(err) {
		t.Skip("the service is not part of the module; it is there in the repository")
	}
	python, err := filepath.Abs("../../.tools/suite/bin/python")
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	command := func(arguments ...string) *exec.Cmd {
		made := exec.Command(python, append([]string{"-m", "tideplan_api"}, arguments...)...)
		made.Dir = folder
		made.Env = append(os.Environ(),
			"DATABASE_URL=sqlite:///"+filepath.Join(folder, "tideplan.db"), "TIDEPLAN_DEMO_PASSWORD="+demo.Password)
		made.Stderr = os.Stderr
		return made
	}
	if err := command("seed-demo").Run(); err != nil {
		t.Fatalf("seed the service (scripts/setup-suite installs it): %v", err)
	}
	service := command("serve", "--port", "0")
	output, err := service.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := service.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		service.Process.Kill()
		service.Wait()
	})
	line, err := bufio.NewReader(output).ReadString('\n')
	if err != nil {
		t.Fatalf("the service did not start: %v", err)
	}
	words := strings.Fields(line)
	return words[len(words)-1]
}

// contract is what the tests read of the OpenAPI document.
type contract struct {
	Info  struct{ Version string }
	Paths map[string]map[string]struct {
		OperationID string `json:"operationId"`
	}
	Components struct {
		Schemas map[string]struct {
			Properties map[string]any
		}
	}
}

func readContract(t *testing.T) contract {
	t.Helper()
	text, err := os.ReadFile("../api/openapi.json")
	if os.IsNotExist(err) {
		t.Skip("the contract is not part of the module; it is there in the repository")
	}
	var read contract
	if err == nil {
		err = json.Unmarshal(text, &read)
	}
	if err != nil {
		t.Fatal(err)
	}
	return read
}

// recorder remembers method and path of every request.
type recorder struct {
	lock  sync.Mutex
	asked [][2]string
}

func (r *recorder) RoundTrip(request *http.Request) (*http.Response, error) {
	r.lock.Lock()
	r.asked = append(r.asked, [2]string{request.Method, request.URL.EscapedPath()})
	r.lock.Unlock()
	return http.DefaultTransport.RoundTrip(request)
}
