module example.org/suite/tools

require (
	example.org/other v1.4.0
	example.org/suite/clients/go v1.4.0 // indirect
)

replace example.org/suite/clients/go => ../clients/go
