// Package client talks to example.org/suite/clients/go.
package client // import "example.org/suite/clients/go"

import (
	"fmt"

	rows "example.org/suite/clients/go/v2/rows" // rows
	"example.org/suite/clients/golang"
)

var path = `import "example.org/suite/clients/go/rows"`
