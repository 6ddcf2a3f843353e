package tools

import _ "example.org/suite/client"
