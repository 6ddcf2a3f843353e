module 127.0.0.1/plan/clients/go

go 1.24
