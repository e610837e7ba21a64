// Package delivery brings error events from the store's outbox to Sentry, or to anything that speaks its envelope
// protocol (Bugsink, GlitchTip, Relay, ...).
//
// The outbox is the only queue: an event leaves it when its receiver has answered for good, so nothing that was accepted
// for delivery is lost by a dead receiver, a reload, a restart or a kill. That makes delivery at-least-once: when an
// answer is lost the event is sent again, with the same event id on every attempt, by which the receiver knows it.
//
// A [Sender] runs one worker per [Destination]. What an answer means:
//
//	2xx                        delivered
//	400 "event already exists" delivered: the answer to a repetition
//	429                        try again when the limit ends
//	408, 5xx, no answer        try again, with back-off, one event at a time until one gets through
//	anything else              set aside with the reason; the next event is not held up
//
// An event that failed is tried again after those behind it, so an event that the receiver cannot digest does not hold
// up the others either.
package delivery
