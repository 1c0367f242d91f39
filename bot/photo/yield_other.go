//go:build !linux

package photo

// yielding does some work where threads cannot be told apart.
func yielding(work func()) { work() }
