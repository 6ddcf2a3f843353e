// Package client talks to the suite.
package client // import "example.org/suite/client"

import "example.org/suite/client/rows"

// Count counts rows.
func Count() int { return rows.Count }
