package main

import _ "example.org/suite/client"

func main() {}
