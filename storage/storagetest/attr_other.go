//go:build !linux

package storagetest

import "syscall"

// dieWithParent has no equal outside Linux: there a killed test binary leaves its server running.
func dieWithParent() *syscall.SysProcAttr { return nil }
