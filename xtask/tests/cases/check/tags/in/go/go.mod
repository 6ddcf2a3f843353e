module 127.0.0.1/x/go
