//go:build !linux

package probe

func swap(temporary, path string) error { return replace(temporary, path) }
