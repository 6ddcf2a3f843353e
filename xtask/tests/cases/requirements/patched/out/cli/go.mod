module example.org/suite/cli

go 1.24

require example.org/suite/lib v0.2.0

replace example.org/suite/lib v0.2.0 => ../lib
