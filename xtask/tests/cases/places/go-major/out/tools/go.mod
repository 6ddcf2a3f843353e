module example.org/suite/tools

require (
	example.org/other v1.4.0
	example.org/suite/clients/go/v2 v2.0.0 // indirect
)

replace example.org/suite/clients/go/v2 => ../clients/go
