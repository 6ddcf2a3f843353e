module 127.0.0.1/plan/go/cmd

go 1.24

require 127.0.0.1/other v0.1.0
require (
	127.0.0.1/plan/go/client v0.1.0 // indirect, v0.1.0
)
