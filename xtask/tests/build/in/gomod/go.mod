module example.org/tiny/gomod

go 1.21
