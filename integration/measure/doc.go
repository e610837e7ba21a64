// Package measure loads servers and compares what it took: CPU time from /proc,
// latencies and throughput, in rounds whose ratios bear the noise of a shared
// machine. The benchmarks stand on it. It needs Linux.
package measure
