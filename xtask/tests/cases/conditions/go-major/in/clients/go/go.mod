module example.org/suite/clients/go
