module example.org/suite/go
