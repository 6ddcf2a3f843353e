module 127.0.0.1/plan/go/sdk
