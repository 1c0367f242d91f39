//go:build unix

package vault

import (
	"io/fs"
	"os"
	"syscall"
)

// foreign says whether a file belongs to another user than the one we run as.
func foreign(about fs.FileInfo) bool {
	sys, ok := about.Sys().(*syscall.Stat_t)
	return ok && int(sys.Uid) != os.Geteuid()
}
