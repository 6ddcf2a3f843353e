module example.org/suite/tools

go 1.21

require example.org/suite/client v0.1.0

replace example.org/suite/client => ../client
