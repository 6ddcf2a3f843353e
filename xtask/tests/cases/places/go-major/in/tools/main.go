package main

import _ "example.org/suite/clients/go"

func main() {}
