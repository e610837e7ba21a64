package spool

// Spool keeps what does not fit into memory in files of one directory.
type Spool struct {
	Dir       string // of the temporary files
	Requests  Limits // zero: bodies are handed on as they arrive
	Responses Limits // zero: bodies are handed on as fast as the client reads them
}
