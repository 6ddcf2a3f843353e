// The client, example.org/suite/clients/go.
module example.org/suite/clients/go

go 1.24
