module github.com/windlass-release/windlass/packages/client-go

go 1.19
