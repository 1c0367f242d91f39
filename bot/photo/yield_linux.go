package photo

import (
	"runtime"
	"syscall"
)

// niceness of the threads that work on pictures: whoever answers a text goes first, Redis on the same machine too.
const niceness = 15

// yielding does some work on a thread of its own that gives way to all others, and returns when it is done. The thread ends with
// it: what is nice once stays so. A panic is the caller's.
func yielding(work func()) {
	done := make(chan any, 1)
	go func() {
		defer func() { done <- recover() }()
		runtime.LockOSThread() // never unlocked
		_ = syscall.Setpriority(syscall.PRIO_PROCESS, syscall.Gettid(), niceness)
		work()
	}()
	if fault := <-done; fault != nil {
		panic(fault)
	}
}
