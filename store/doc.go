// Package store is the memory of the gateway: one SQLite file that knows how often each kind of failure happened, keeps
// a few occurrences of each as evidence, and holds the events that still have to reach a Sentry-like destination.
//
// # Use
//
//	s := store.New(store.Config{Path: "/var/lib/gateway/errors.db", Logger: logger})
//	s.Start()
//	defer s.Close(ctx)
//
//	s.Record(store.Occurrence{Group: group, Time: now})                 // counted
//	s.Record(store.Occurrence{Group: group, Time: now, Event: &event})  // counted, with evidence
//
//	issues, err := s.Issues(ctx, store.IssueFilter{Route: "orders/<int:id>/"})
//
// # What a caller can rely on
//
// [Store.Record] never waits for a disk. It adds to a batch in memory; one goroutine writes the batch in one transaction
// every [Config].CommitInterval. Reads have connections of their own and see what has been committed.
//
// Nothing that goes wrong with the file reaches the caller of Record. While the disk is full, read-only or broken, or the
// file is locked, the batch waits in memory and is tried again after 100 ms, then less and less often, down to every 30 s. The
// count of each group stays exact all the while; only the evidence is bounded (8 MiB), and what does not fit is counted
// by reason. [Store.Health] and the metric django_store_up say so, and the log has one line for each change of state.
//
// A batch is applied once. Its number is written in its own transaction, so when COMMIT reports an error although the
// data had reached the file, the next attempt finds the number and does not count the batch again.
//
// # What survives what
//
//   - A killed process loses what was recorded after the last commit: at most CommitInterval, while the file is healthy.
//     Nothing committed is lost.
//   - A power cut or a crash of the kernel can also lose the newest commits, back to the last checkpoint of the
//     write-ahead log (synchronous=NORMAL, https://www.sqlite.org/pragma.html#pragma_synchronous). The file stays intact.
//   - A corrupt file is renamed to <path>.corrupt-<UTC time>, for sqlite3's ".recover", and a new one is begun.
//   - Files that are removed, replaced or truncated while they are open are noticed within a second and written again from the
//     open connections.
//   - A file that another process has open is not opened: see [Store.Acquire].
//   - A file of a newer version, or of another application, is never written to: the store stays unavailable and says why.
//
// # Delivery
//
// An event with a destination stands in the outbox from the commit that brought it until [Store.Delivered] or
// [Store.SetAside]. Delivery is at least once: after a crash an event can be handed out again, with the same id, by
// which the receiver recognizes it.
package store
