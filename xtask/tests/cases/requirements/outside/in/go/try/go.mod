module 127.0.0.1/plan/go/try

require 127.0.0.1/plan/go/sdk v0.1.0

replace 127.0.0.1/plan/go/sdk => ../sdk
