module example.org/suite/client

go 1.22
