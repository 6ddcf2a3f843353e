package rows

// Count of rows.
const Count = 1
