//go:build linux || darwin

package app

import "syscall"

// room is how many bytes are free for us where a folder lies.
func room(folder string) (free uint64, known bool) {
	var s syscall.Statfs_t
	if syscall.Statfs(folder, &s) != nil {
		return 0, false
	}
	return s.Bavail * uint64(s.Bsize), true //nolint:gosec // a block's size is positive; its type differs by system
}
