package main

import _ "example.org/suite/clients/go/v2"

func main() {}
