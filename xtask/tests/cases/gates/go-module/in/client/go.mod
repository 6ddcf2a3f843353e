module example.org/suite/client
