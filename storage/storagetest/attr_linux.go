package storagetest

import "syscall"

// dieWithParent has the kernel kill the server when the test binary dies, however it dies.
func dieWithParent() *syscall.SysProcAttr { return &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL} }
