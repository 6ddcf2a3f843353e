package rows

const From = "example.org/suite/clients/go/rows"
