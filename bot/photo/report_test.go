package photo

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestMain lets the test binary be the photo command too, so that a test can watch the memory of a process of its own; or one
// that only compresses, as other tools do.
func TestMain(m *testing.M) {
	switch os.Getenv("PHOTO_TEST_COMMAND") {
	case "":
		os.Exit(m.Run())
	case "compress":
		os.Exit(compressMain(os.Args[1], os.Args[2]))
	}
	os.Exit(commandMain(os.Args[1:]))
}

// commandMain is what the test binary does when it is started as the photo command. Its last words are its peak in MB.
func commandMain(files []string) int {
	judge, _ := Judges("warn") // it costs what strict does, and the large pictures are compressed all the same
	if err := Command(context.Background(), os.Stdout, files, "", judge); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	fmt.Fprint(os.Stderr, peak())
	return 0
}

// peak is the most memory that this process held, in MB: resident where /proc tells it, else what was asked of the system.
// The parent can't see it: on Linux a child's ru_maxrss starts at the parent's.
func peak() int {
	status, err := os.ReadFile("/proc/self/status")
	if _, found, ok := strings.Cut(string(status), "VmHWM:"); err == nil && ok {
		var kb int
		if _, err := fmt.Sscan(found, &kb); err == nil {
			return kb >> 10
		}
	}
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int(m.Sys >> 20)
}

// place writes files into a directory of their own and returns their paths, sorted by name.
func place(t *testing.T, files map[string][]byte) []string {
	t.Helper()
	dir := t.TempDir()
	for name, raw := range files {
		if err := os.WriteFile(filepath.Join(dir, name), raw, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	paths, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil {
		t.Fatal(err)
	}
	return paths
}

// lines parses what the command prints: each line must hold all eight fields, reasons never null.
func lines(t *testing.T, printed []byte) map[string]report {
	t.Helper()
	all := map[string]report{}
	for line := range strings.Lines(string(printed)) {
		var fields map[string]json.RawMessage
		var r report
		if err := json.Unmarshal([]byte(line), &fields); err != nil || len(fields) != 8 || string(fields["reasons"]) == "null" {
			t.Fatalf("%v in line %s", err, line)
		}
		if err := json.Unmarshal([]byte(line), &r); err != nil {
			t.Fatal(err)
		}
		all[r.File] = r
	}
	return all
}

// Rows: S32
func TestTheCommandPrintsALineAFileAndWritesResults(t *testing.T) {
	t.Parallel()
	kept := asJPEG(t, scene(600, 800, 1), 80)
	paths := place(t, map[string][]byte{
		"a.jpg": kept, "b.png": asPNG(t, scene(640, 480, 1)), "c.gif": []byte("<svg/>"), "d.jpg": append(kept, make([]byte, 21<<20)...),
	})
	out := filepath.Join(t.TempDir(), "results")
	var printed bytes.Buffer
	if err := Command(t.Context(), &printed, paths, out, nil); err != nil {
		t.Fatal(err)
	}
	got := lines(t, printed.Bytes())
	var weights []int
	for name, r := range got {
		r.MS = 0
		weights = append(weights, r.Bytes)
		if r.Out != "" {
			raw, err := os.ReadFile(r.Out)
			if err != nil || len(raw) != r.Bytes {
				t.Errorf("%s: %d bytes written of %d: %v", name, len(raw), r.Bytes, err)
			}
			r.Bytes = 1
		}
		got[name] = r
	}
	want := map[string]report{
		"a.jpg": {"a.jpg", Accept, []Reason{}, filepath.Join(out, "a.jpg"), 1, 600, 800, 0},
		"b.png": {"b.png", Accept, []Reason{}, filepath.Join(out, "b.png.jpg"), 1, 640, 480, 0},
		"c.gif": {"c.gif", Reject, []Reason{UnsupportedType}, "", 0, 0, 0, 0},
		"d.jpg": {"d.jpg", Reject, []Reason{TooLarge}, "", 0, 0, 0, 0},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (bytes %v)", diff, weights)
	}
}

func TestTheCommandTellsWhatItCannotRead(t *testing.T) {
	t.Parallel()
	paths := place(t, map[string][]byte{"a.jpg": asJPEG(t, scene(600, 800, 1), 80), "z.jpg": nil})
	var printed bytes.Buffer
	err := Command(t.Context(), &printed, []string{paths[0], filepath.Join(filepath.Dir(paths[0]), "none.jpg"), paths[1]}, "", nil)
	if got := lines(t, printed.Bytes()); err == nil || len(got) != 2 || got["z.jpg"].Reasons[0] != Empty || got["a.jpg"].Out != "" {
		t.Errorf("%v, error %v", got, err)
	}
}

func TestAResultNeverReplacesItsSource(t *testing.T) {
	t.Parallel()
	raw := withEXIF(asJPEG(t, scene(600, 800, 1), 80), 1)
	path := place(t, map[string][]byte{"a.jpg": raw})[0]
	if err := Command(t.Context(), &bytes.Buffer{}, []string{path}, filepath.Dir(path), nil); err == nil {
		t.Error("no error")
	}
	if left, err := fs.ReadFile(os.DirFS(filepath.Dir(path)), "a.jpg"); err != nil || !bytes.Equal(left, raw) {
		t.Errorf("the source changed: %v", err)
	}
}
