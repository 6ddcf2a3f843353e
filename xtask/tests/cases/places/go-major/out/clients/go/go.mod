// The client, example.org/suite/clients/go.
module example.org/suite/clients/go/v2

go 1.24
