module example.org/sketch/clients/go
