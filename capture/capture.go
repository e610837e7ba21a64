// Package capture turns failed exchanges into error events.
//
// A request never waits for it. [Site.Observe] copies the evidence into a
// bounded queue, and one worker does the rest: it decodes the body, finds the
// line that says what went wrong, groups, limits, scrubs, and hands the result
// to the store. Every failure ends in exactly one [Disposition] and is counted
// under it, so that nothing is lost without a trace.
package capture

import (
	"cmp"
	"context"
	"log/slog"
	"sync"
	"sync/atomic"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/caddy-django/gateway/store"
)

// Bounds of the queue between the requests and the worker.
const (
	maxQueued      = 4096
	maxQueuedBytes = 32 << 20
)

// Config is what all sites share.
type Config struct {
	// Record takes what the worker has made of a failure. It must not block on
	// I/O for long, or the queue fills up.
	Record func(store.Occurrence)
	// Discarded, if it is set, is told of every failure without an event, with
	// the destination that the event would have had. It is called on the request's
	// goroutine, too: it must not block.
	Discarded func(destination string, reason Disposition)
	// Transaction takes what the worker has made of a sampled exchange. It must not
	// block. TransactionDiscarded is told of those of which nothing was made, as
	// Discarded is.
	Transaction          func(destination string, t Transaction)
	TransactionDiscarded func(destination string, reason Disposition)

	Version string // of the gateway
	Logger  *slog.Logger
	// KeyFile is where the key is kept that the ids of users are made with. It
	// is made with the first of them; empty: the key lasts as long as the process.
	KeyFile string
}

// Recorder owns the queue and its worker.
type Recorder struct {
	record               func(store.Occurrence)
	discarded            func(destination string, reason Disposition)
	transaction          func(destination string, t Transaction)
	transactionDiscarded func(destination string, reason Disposition)
	transactions         transactionQueue

	version string
	log     *slog.Logger

	remembering sync.Once
	history     *history // nil until a site wants breadcrumbs

	queue       chan *failure
	queuedBytes atomic.Int64
	pool        sync.Pool

	start sync.Once
	end   sync.Once
	stop  chan struct{}
	done  chan struct{}

	dispositions *prometheus.CounterVec
	counters     map[Disposition]prometheus.Counter

	slowDispositions *prometheus.CounterVec
	slowCounters     map[Disposition]prometheus.Counter

	loggedDispositions *prometheus.CounterVec
	loggedCounters     map[Disposition]prometheus.Counter

	nPlusOneDispositions *prometheus.CounterVec
	nPlusOneCounters     map[Disposition]prometheus.Counter

	noise *prometheus.CounterVec // by reason

	// The worker's own.
	limiter     *limiter
	pages       *pageReader
	pseudonyms  *pseudonyms
	agents      agents
	failedDials failedDials
	servers     servers
	unreadable  map[string]bool // upstreams whose reports are
}

// New makes a recorder. It takes failures at once and keeps them queued until
// Start.
func New(c Config) *Recorder {
	rec := &Recorder{
		record:               c.Record,
		discarded:            c.Discarded,
		transaction:          c.Transaction,
		transactionDiscarded: c.TransactionDiscarded,
		transactions:         newTransactionQueue(),

		version: c.Version,
		log:     c.Logger,

		queue:   make(chan *failure, maxQueued),
		pool:    sync.Pool{New: func() any { return new(failure) }},
		stop:    make(chan struct{}),
		done:    make(chan struct{}),
		limiter: newLimiter(),
		pages:   newPageReader(),

		pseudonyms:  &pseudonyms{file: c.KeyFile, log: c.Logger},
		agents:      make(agents),
		failedDials: make(failedDials),
		servers:     make(servers),
		unreadable:  make(map[string]bool),
	}
	rec.dispositions, rec.counters = newCounters("django_errors_total", "Failed requests by what became of them as error events.")
	rec.slowDispositions, rec.slowCounters = newCounters("django_slow_requests_total", "Slow requests by what became of them as events.")
	rec.loggedDispositions, rec.loggedCounters = newCounters("django_logged_errors_total", "Requests that did not fail, and for which an error was logged, by what became of them as events.")
	rec.nPlusOneDispositions, rec.nPlusOneCounters = newCounters("django_n_plus_one_total", "Requests for which one statement ran too often, by what became of them as events.")
	rec.noise = newNoiseCounter()
	return rec
}

// Start starts the worker, once.
func (rec *Recorder) Start() {
	rec.start.Do(func() { go rec.work() })
}

// Close lets the worker finish what is queued, until ctx ends. What fails after
// it is counted as [QueueOverflow].
func (rec *Recorder) Close(ctx context.Context) error {
	rec.Start() // what is queued is finished even if nobody started it
	rec.end.Do(func() { close(rec.stop) })
	select {
	case <-rec.done:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Collectors returns what to register with a registry.
func (rec *Recorder) Collectors() []prometheus.Collector {
	return []prometheus.Collector{rec.dispositions, rec.slowDispositions, rec.loggedDispositions, rec.nPlusOneDispositions, rec.noise}
}

func (rec *Recorder) work() {
	for running := true; running; {
		select {
		case f := <-rec.queue:
			rec.process(f)
			continue // a failure goes before any transaction
		default:
		}
		select {
		case f := <-rec.queue:
			rec.process(f)
		case f := <-rec.transactions.queue:
			rec.processTransaction(f)
		case <-rec.stop:
			running = false
		}
	}
	drain(rec.queue, rec.process)
	drain(rec.transactions.queue, rec.processTransaction)
	close(rec.done)
	// Whoever queued something in between may have missed that nobody is left
	// to take it; whoever does so from now on cannot (see enqueue).
	drain(rec.queue, rec.overflow)
	drain(rec.transactions.queue, rec.overflowTransaction)
}

// drain gives what is queued to f.
func drain(queue chan *failure, f func(*failure)) {
	for {
		select {
		case queued := <-queue:
			f(queued)
		default:
			return
		}
	}
}

func (rec *Recorder) process(f *failure) {
	defer rec.free(f)
	o, became := rec.occurrence(f)
	if o.Group.ID != "" {
		rec.record(o)
	}
	if o.Event != nil {
		f.site.opts.ErrorLog.write(f, &o)
	}
	f.site.count(&f.x, became)
}

// occurrence makes an occurrence of a failure. A bug in the reading of what some
// page holds costs that event and nothing else: what there is of the occurrence
// by then is returned.
func (rec *Recorder) occurrence(f *failure) (o store.Occurrence, became Disposition) {
	defer func() {
		if v := recover(); v != nil {
			became = Broken
			rec.log.Error("making an error event panicked", "panic", v, "route", f.x.Route)
		}
	}()
	now := f.x.Start.Add(f.x.Duration)
	f.makeMask()
	f.x.Route = f.mask.text(f.x.Route) // without a URLconf it is made of the path
	f.bot = rec.agents.isBot(f.requestHeader.Get("User-Agent"))
	if unreached(&f.x) {
		rec.failedDials.name(&f.x, now)
	}
	f.server = rec.servers.of(&f.x)
	page := rec.pages.read(f)
	page.mask(f)
	rec.hear(f, &page)
	e, opts := factsOf(f, page.message), f.site.opts
	if opts.Policy.ignoresLate(e) {
		return store.Occurrence{}, Ignored
	}
	group := groupOf(&f.x, page.message)
	if f.noise = noiseOf(f, cmp.Or(f.said, page.said)); f.noise != "" {
		rec.noise.WithLabelValues(string(f.noise)).Inc()
		if opts.Noise == DropNoise {
			return store.Occurrence{}, Ignored
		}
		group = noiseGroup(f, f.noise)
	}
	grouping := opts.Policy.regroup(group, e, opts.Scrubber)
	o = store.Occurrence{Group: grouping.group(&f.x), Time: now}
	limit := rec.limiter.of(o.Group.ID)
	defer func() { limit.account(became) }()
	if opts.SDKDuplicates != KeepDuplicates {
		f.duplicate = duplicateOf(f, page)
		if f.duplicate != nil && opts.SDKDuplicates == DropDuplicates {
			return o, SDKDuplicate
		}
	}
	if became = limit.take(e, now, opts.Policy.sampleRate(e)); became != Captured {
		return o, became
	}
	page.maskBody(f.mask)
	id, payload, err := newEvent(f, grouping, page, limit)
	if err != nil {
		rec.log.Error("encoding an error event failed", "error", err, "route", f.x.Route)
		return o, Broken
	}
	o.Event = &store.Event{ID: id, Time: o.Time, Payload: payload}
	if !f.quiet() {
		o.Event.Destination, o.Event.Attachment = opts.Destination, f.site.attachment(page)
	}
	return o, Captured
}
