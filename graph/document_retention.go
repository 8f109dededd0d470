package graph

// Retentions holds, in an environment, how long it keeps its past if not as long
// as the server does by default.
const Retentions Collection = "retention"
