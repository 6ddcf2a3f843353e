module example.org/suite/tools

go 1.22

require example.org/suite/client v1.3.0
