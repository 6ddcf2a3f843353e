module example.org/suite/lib

go 1.24
