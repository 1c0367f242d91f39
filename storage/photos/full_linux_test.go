package photos_test

import (
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// TestDiskThatIsFullKeepsNothingHalf lets a copy of this binary write against a limit at each quarter of the picture.
func TestDiskThatIsFullKeepsNothingHalf(t *testing.T) {
	t.Parallel()
	for quarter := range 4 {
		path := filepath.Join(t.TempDir(), "photos")
		cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestFullDiskCopy$") //nolint:gosec // this very binary
		cmd.Env = append(os.Environ(), fmt.Sprintf("PHOTOS_FULL=%d %s", quarter*len(picture(name(1)))/4, path))
		if out, err := cmd.CombinedOutput(); err != nil || !strings.Contains(string(out), held) {
			t.Errorf("full after %d quarters: %v: %s", quarter, err, out)
		}
	}
}

// held is what a copy prints when it came to its end.
const held = "the limit held"

// TestFullDiskCopy is what the copy runs; in the first binary it has nothing to show.
func TestFullDiskCopy(t *testing.T) {
	t.Parallel()
	var limit uint64
	var path string
	if n, _ := fmt.Sscan(os.Getenv("PHOTOS_FULL"), &limit, &path); n != 2 {
		return
	}
	d := directory(t, path)
	put(t, d, name(1), []byte{})
	signal.Ignore(syscall.SIGXFSZ)
	var before syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &before); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: limit, Max: before.Max}); err != nil {
		t.Fatal(err)
	}
	if err := d.Put(t.Context(), name(1), picture(name(1))); err == nil {
		t.Error("put on a full disk")
	}
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &before); err != nil {
		t.Fatal(err)
	}
	if got, err := d.Get(t.Context(), name(1)); err != nil || len(got) != 0 {
		t.Errorf("the picture before: %d bytes, %v", len(got), err)
	}
	if left := unfinished(t, path); len(left) != 0 {
		t.Errorf("left: %v", left)
	}
	fmt.Println(held)
}
