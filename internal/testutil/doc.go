// Package testutil has what the tests of several packages share, so that none of them depends on how fast the machine is:
// waiting that gives up late, and time that counts only while the code under test runs.
package testutil
