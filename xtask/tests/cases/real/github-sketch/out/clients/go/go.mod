module example.org/acme/tally/clients/go

go 1.22
