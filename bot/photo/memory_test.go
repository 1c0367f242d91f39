package photo

import (
	"bytes"
	"os"
	"os/exec"
	"strconv"
	"testing"
)

// inProcess runs the photo command in a process of its own: what it printed, and the most memory it held, in MB.
func inProcess(t *testing.T, paths []string) ([]byte, int) {
	t.Helper()
	var printed, faults bytes.Buffer
	cmd := exec.CommandContext(t.Context(), os.Args[0], paths...) //nolint:gosec // the test binary itself
	cmd.Env = append(os.Environ(), "PHOTO_TEST_COMMAND=1")
	cmd.Stdout, cmd.Stderr = &printed, &faults
	if err := cmd.Run(); err != nil {
		t.Fatalf("%v: %s", err, faults.Bytes())
	}
	peak, err := strconv.Atoi(faults.String())
	if err != nil {
		t.Fatal(err)
	}
	return printed.Bytes(), peak
}

// Rows: P46
//
// The worst that may pass the guard is held too: 49 MP in a PNG, a deep PNG and a progressive JPEG at the limit, 49 MP of JPEG
// turned.
func TestTheCommandStaysUnder300MB(t *testing.T) {
	t.Parallel()
	files := map[string][]byte{
		"png_49mp.png":       flatPNG(7000, 7000, 8),
		"png_deep_22mp.png":  flatPNG(4700, 4700, 16),
		"jpeg_49mp.jpg":      withEXIF(flatJPEG(mSOF0, 7000, 7000, 3, 1), 6),
		"progressive_33.jpg": flatJPEG(mSOF2, 5800, 5800, 3, 3),
		"cmyk_25mp.jpg":      flatJPEG(mSOF0, 5000, 5000, 4, 1),
	}
	accepted := len(files)
	for name, h := range hostile(t) {
		files[name] = h.raw
	}
	printed, peak := inProcess(t, place(t, files))
	for name, r := range lines(t, printed) {
		if r.Verdict != Reject {
			accepted--
		}
		if r.MS > 3000 && r.Verdict == Reject {
			t.Errorf("%s took %.0f ms", name, r.MS)
		}
	}
	if peak >= 300 || accepted != 0 {
		t.Errorf("%d MB resident, %d large pictures missing", peak, accepted)
	}
	t.Logf("%d files, peak %d MB", len(files), peak)
}
