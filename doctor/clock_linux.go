package doctor

import "syscall"

// timeError is what the kernel says of a clock that is not set: adjtimex(2).
const timeError = 5

// synchronized asks the kernel whether the clock is kept by NTP.
func synchronized() (bool, error) {
	state, err := syscall.Adjtimex(new(syscall.Timex))
	return state != timeError, err
}
