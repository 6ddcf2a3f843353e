module example.org/tiny/mod

go 1.24
