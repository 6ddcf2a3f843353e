// Package tideplan is a client of the tideplan service.
package tideplan

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
)

// largestProblems bounds, in bytes, how much of a failed answer is read.
const largestProblems = 1 << 20

// Client calls one service. It may be used by several goroutines at once.
type Client struct {
	base string
	http *http.Client

	lock  sync.RWMutex
	token string
}

// New makes a client of the service that stands at base, with or without a path or a final slash.
// A nil client stands for http.DefaultClient.
func New(base string, client *http.Client) *Client {
	if client == nil {
		client = http.DefaultClient
	}
	return &Client{base: strings.TrimRight(base, "/"), http: client}
}

// SetToken lets later calls carry a token that Login has answered; Login does so itself.
func (c *Client) SetToken(token string) {
	c.lock.Lock()
	defer c.lock.Unlock()
	c.token = token
}

// Error is an answer that is not a success.
type Error struct {
	Status   int      // HTTP status code
	Problems []string // the service's own words; empty when somebody else answered, such as a proxy
}

func (e *Error) Error() string {
	reason := "no reason given"
	if len(e.Problems) > 0 {
		reason = strings.Join(e.Problems, "; ")
	}
	return fmt.Sprintf("tideplan: the service answered %d: %s", e.Status, reason)
}

// call sends body, unless it is nil, as JSON and reads the answer into answer, unless that is nil.
func (c *Client) call(ctx context.Context, method string, path []string, body, answer any) error {
	var sent io.Reader
	if body != nil {
		encoded, err := json.Marshal(body)
		if err != nil {
			return fmt.Errorf("tideplan: encode the request: %w", err)
		}
		sent = bytes.NewReader(encoded)
	}
	request, err := http.NewRequestWithContext(ctx, method, c.base+joined(path), sent)
	if err != nil {
		return fmt.Errorf("tideplan: %w", err)
	}
	if sent != nil {
		request.Header.Set("Content-Type", "application/json")
	}
	c.lock.RLock()
	token := c.token
	c.lock.RUnlock()
	if token != "" {
		request.Header.Set("Authorization", "Bearer "+token)
	}
	response, err := c.http.Do(request)
	if err != nil {
		return fmt.Errorf("tideplan: %w", err)
	}
	defer response.Body.Close()
	if response.StatusCode < 200 || response.StatusCode > 299 {
		return refusal(response)
	}
	if answer == nil {
		return nil
	}
	if err := json.NewDecoder(response.Body).Decode(answer); err != nil {
		return fmt.Errorf("tideplan: read the answer of %s %s: %w", method, joined(path), err)
	}
	return nil
}

// joined is the path of its parts, whatever they contain.
func joined(parts []string) string {
	var path strings.Builder
	for _, part := range parts {
		path.WriteString("/" + url.PathEscape(part))
	}
	return path.String()
}

// refusal reads what a failed answer says; a body that is not the service's leaves Problems empty.
func refusal(response *http.Response) error {
	var body Problems
	text, err := io.ReadAll(io.LimitReader(response.Body, largestProblems))
	if err != nil || json.Unmarshal(text, &body) != nil {
		body.Problems = nil
	}
	return &Error{Status: response.StatusCode, Problems: body.Problems}
}
