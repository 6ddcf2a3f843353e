module example.org/suite/cli

go 1.24

require example.org/suite/lib v0.1.0

replace example.org/suite/lib v0.1.0 => ../lib
