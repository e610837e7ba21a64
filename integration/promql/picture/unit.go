package main

import (
	"fmt"
	"math"
)

// text writes a value in one of the units of the dashboards.
func text(value float64, unit string) string {
	switch unit {
	case "s":
		switch {
		case value == 0:
			return "0 s"
		case math.Abs(value) < 0.9995:
			return short(value*1000) + " ms"
		}
		return short(value) + " s"
	case "percentunit":
		return short(value*100) + "%"
	case "reqps":
		return short(value) + " req/s"
	case "ops":
		return short(value) + " ops/s"
	}
	return short(value)
}

// short has three digits that mean something, at most.
func short(value float64) string {
	switch size := math.Abs(value); {
	case size == 0:
		return "0"
	case size < 0.01:
		return fmt.Sprintf("%.1g", value)
	case size < 1:
		return fmt.Sprintf("%.2g", value)
	case size < 9.95:
		return fmt.Sprintf("%.3g", math.Round(value*10)/10)
	}
	return fmt.Sprintf("%.0f", value)
}
