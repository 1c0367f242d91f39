//go:build !linux

package main_test

import "syscall"

// dieWithUs has no equal outside Linux: there a killed test binary leaves its bot running.
func dieWithUs() *syscall.SysProcAttr { return nil }
