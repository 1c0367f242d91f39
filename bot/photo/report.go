package photo

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"time"
)

// commandMemory is the heap at which the command's garbage collector stops waiting, in bytes: it keeps a run over many
// pictures under 300 MB resident.
const commandMemory = 190 << 20

// report is one line of `photo FILE…`.
type report struct {
	File    string   `json:"file"` // base name
	Verdict Verdict  `json:"verdict"`
	Reasons []Reason `json:"reasons"`
	Out     string   `json:"out"`   // path of the result, "" when none was written
	Bytes   int      `json:"bytes"` // bytes, width and height are the result's; 0 when the picture is refused
	Width   int      `json:"width"`
	Height  int      `json:"height"`
	MS      float64  `json:"ms"`
}

// Command is `photo FILE…`: what the room makes of each file, one JSON object a line. With an outDir the results are written
// there. judge may be nil. A file that cannot be read is left out and told in the error; the others are examined all the same.
func Command(ctx context.Context, stdout io.Writer, files []string, outDir string, judge Judge) error {
	defer debug.SetMemoryLimit(debug.SetMemoryLimit(commandMemory))
	room := New(Options{Parallel: 1, Judge: judge})
	var faults []error
	for _, file := range files {
		line, err := room.Report(ctx, file, outDir)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil {
			faults = append(faults, err)
			continue
		}
		if _, err := stdout.Write(append(line, '\n')); err != nil {
			return fmt.Errorf("print report: %w", err)
		}
		debug.FreeOSMemory()
	}
	return errors.Join(faults...)
}

// Report examines one file and returns its line without a line end. With an outDir the result is written there under the
// file's base name, ".jpg" added where it ends otherwise. At most MaxSourceBytes+1 bytes are read.
func (r *Room) Report(ctx context.Context, path, outDir string) (line []byte, err error) {
	start := time.Now()
	raw, err := readBounded(path)
	if err != nil {
		return nil, fmt.Errorf("read picture: %w", err)
	}
	res, err := r.Examine(ctx, raw)
	if err != nil {
		return nil, fmt.Errorf("examine picture: %w", err)
	}
	out, err := res.write(path, outDir)
	if err != nil {
		return nil, fmt.Errorf("write result: %w", err)
	}
	return json.Marshal(report{
		File: filepath.Base(path), Verdict: res.Verdict, Reasons: append([]Reason{}, res.Reasons...),
		Out: out, Bytes: len(res.JPEG), Width: res.Width, Height: res.Height,
		MS: math.Round(time.Since(start).Seconds()*1e4) / 10,
	})
}

// readBounded reads a file into a buffer of its own size, one byte past the limit at most.
func readBounded(path string) ([]byte, error) {
	f, err := os.Open(path) //nolint:gosec // the operator names the files
	if err != nil {
		return nil, err
	}
	defer f.Close() //nolint:errcheck // nothing was written
	st, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if st.Mode().IsRegular() {
		raw := make([]byte, min(st.Size(), MaxSourceBytes+1))
		n, err := io.ReadFull(f, raw)
		if errors.Is(err, io.ErrUnexpectedEOF) {
			err = nil // it shrank meanwhile
		}
		return raw[:n], err
	}
	return io.ReadAll(io.LimitReader(f, MaxSourceBytes+1))
}

// errOverwrite guards the source.
var errOverwrite = errors.New("the result would replace the picture itself: choose another directory")

// write stores the result, if there is one and a directory for it; it returns its path.
func (res Result) write(path, outDir string) (string, error) {
	if outDir == "" || res.JPEG == nil {
		return "", nil
	}
	name := filepath.Base(path)
	if ext := strings.ToLower(filepath.Ext(name)); ext != ".jpg" && ext != ".jpeg" {
		name += ".jpg"
	}
	out := filepath.Join(outDir, name)
	if same(path, out) {
		return "", errOverwrite
	}
	if err := os.MkdirAll(outDir, 0o700); err != nil {
		return "", err
	}
	return out, os.WriteFile(out, res.JPEG, 0o600)
}

func same(a, b string) bool {
	sa, errA := os.Stat(a) //nolint:gosec // the operator names the files
	sb, errB := os.Stat(b)
	return errA == nil && errB == nil && os.SameFile(sa, sb)
}
