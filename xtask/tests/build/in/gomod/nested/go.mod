module example.org/tiny/gomod/nested
