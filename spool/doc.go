// Package spool takes bodies off the hands of Django's workers.
//
// A sync worker serves one request at a time, for as long as the client takes to
// send its body and to read the answer. Two hundred phones on bad networks are
// enough to stop a site. So a request's body is received in whole before a worker
// sees it ([Spool.Request]), and a response is taken from the worker as fast as it
// writes, however slowly the client reads ([Spool.Response]): in memory first,
// what exceeds that in a temporary file.
//
// The files have no names, so that nothing is left of them after a crash.
package spool
