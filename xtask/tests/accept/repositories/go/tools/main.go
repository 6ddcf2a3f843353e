package main

import (
	client "example.org/suite/client"
	. "example.org/suite/client/rows"
)

func main() {
	if client.Count() != Count {
		panic("client")
	}
}
