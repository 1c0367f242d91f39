package main_test

import "syscall"

// dieWithUs has the kernel kill the bot when the test binary dies, however it dies.
func dieWithUs() *syscall.SysProcAttr { return &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL} }
