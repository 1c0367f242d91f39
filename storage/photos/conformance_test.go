package photos_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"guiwei/storage/photos"
)

// conforms holds for every Store: open gives an empty one.
func conforms(t *testing.T, open func(t *testing.T) photos.Store) {
	t.Helper()
	for name, test := range map[string]func(t *testing.T, s photos.Store){
		"put is read back":               putIsReadBack,
		"put again replaces":             putAgainReplaces,
		"missing is told":                missingIsTold,
		"delete may be repeated":         deleteMayBeRepeated,
		"list has every name with time":  listHasEveryNameWithTime,
		"list stops when told":           listStopsWhenTold,
		"list allows deleting meanwhile": listAllowsDeletingMeanwhile,
		"foreign names are refused":      foreignNamesAreRefused,
		"too long is refused":            tooLongIsRefused,
		"parallel puts keep apart":       parallelPutsKeepApart,
		"readers see whole pictures":     readersSeeWholePictures,
		"cancelled call does nothing":    cancelledCallDoesNothing,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, open(t))
		})
	}
}

// name gives the i-th name of a test.
func name(i int) string { return fmt.Sprintf("%032x", i) }

func put(t *testing.T, s photos.Store, name string, sealed []byte) {
	t.Helper()
	if err := s.Put(t.Context(), name, sealed); err != nil {
		t.Fatalf("put: %v", err)
	}
}

func putIsReadBack(t *testing.T, s photos.Store) {
	for i, want := range [][]byte{{}, {0}, []byte("picture"), bytes.Repeat([]byte{0, 255, '\n'}, 200_000)} {
		put(t, s, name(i), want)
		got, err := s.Get(t.Context(), name(i))
		if err != nil || !bytes.Equal(got, want) {
			t.Errorf("picture %d: %d bytes, %v, want %d", i, len(got), err, len(want))
		}
	}
}

func putAgainReplaces(t *testing.T, s photos.Store) {
	put(t, s, name(1), []byte("a long first one"))
	put(t, s, name(1), []byte("second"))
	if got, err := s.Get(t.Context(), name(1)); err != nil || string(got) != "second" {
		t.Errorf("%q, %v", got, err)
	}
}

func missingIsTold(t *testing.T, s photos.Store) {
	if got, err := s.Get(t.Context(), name(1)); !errors.Is(err, photos.ErrNone) || got != nil {
		t.Errorf("%q, %v", got, err)
	}
}

func deleteMayBeRepeated(t *testing.T, s photos.Store) {
	put(t, s, name(1), []byte("one"))
	put(t, s, name(2), []byte("two"))
	for range 2 {
		if err := s.Delete(t.Context(), name(1)); err != nil {
			t.Fatalf("delete: %v", err)
		}
	}
	if _, err := s.Get(t.Context(), name(1)); !errors.Is(err, photos.ErrNone) {
		t.Errorf("deleted: %v", err)
	}
	if _, err := s.Get(t.Context(), name(2)); err != nil {
		t.Errorf("the other: %v", err)
	}
}

func listed(t *testing.T, s photos.Store) map[string]time.Time {
	t.Helper()
	all := map[string]time.Time{}
	err := s.List(t.Context(), func(name string, at time.Time) error {
		if _, again := all[name]; again {
			t.Errorf("%s listed twice", name)
		}
		all[name] = at
		return nil
	})
	if err != nil {
		t.Fatalf("list: %v", err)
	}
	return all
}

func listHasEveryNameWithTime(t *testing.T, s photos.Store) {
	if got := listed(t, s); len(got) != 0 {
		t.Errorf("an empty store lists %d", len(got))
	}
	from := time.Now().Add(-2 * time.Second) // a file system may keep whole seconds
	for i := range 20 {
		put(t, s, name(i), []byte("x"))
	}
	if err := s.Delete(t.Context(), name(7)); err != nil {
		t.Fatal(err)
	}
	got := listed(t, s)
	for i := range 20 {
		at, ok := got[name(i)]
		if ok == (i == 7) || ok && (at.Before(from) || at.After(time.Now().Add(2*time.Second))) {
			t.Errorf("picture %d: listed %v at %v", i, ok, at)
		}
	}
}

func listStopsWhenTold(t *testing.T, s photos.Store) {
	for i := range 5 {
		put(t, s, name(i), []byte("x"))
	}
	stop, calls := errors.New("enough"), 0
	err := s.List(t.Context(), func(string, time.Time) error {
		calls++
		return stop
	})
	if !errors.Is(err, stop) || calls != 1 {
		t.Errorf("%d calls, %v", calls, err)
	}
}

func listAllowsDeletingMeanwhile(t *testing.T, s photos.Store) {
	for i := range 30 {
		put(t, s, name(i), []byte("x"))
	}
	err := s.List(t.Context(), func(name string, _ time.Time) error { return s.Delete(t.Context(), name) })
	if err != nil {
		t.Fatal(err)
	}
	if left := listed(t, s); len(left) != 0 {
		t.Errorf("%d left", len(left))
	}
}

// foreign are names that are none of ours: paths, hidden files, other lengths and letters.
func foreign() []string {
	return []string{
		"", ".", "..", "/", "../" + name(1), "a/../../" + name(1), "/etc/passwd", name(1) + "/..", name(1)[1:], name(1) + "0",
		strings.Repeat("A", 32), strings.Repeat(".", 32), strings.Repeat("/", 32), "../../../../../../../etc/pass00",
		strings.Repeat("0", 31) + "\x00", strings.Repeat("0", 31) + "\\", ".new-" + name(1), name(1)[:31] + "g",
	}
}

func foreignNamesAreRefused(t *testing.T, s photos.Store) {
	for _, bad := range foreign() {
		_, errGet := s.Get(t.Context(), bad)
		for call, err := range map[string]error{
			"put": s.Put(t.Context(), bad, []byte("x")), "get": errGet, "delete": s.Delete(t.Context(), bad),
		} {
			if !errors.Is(err, photos.ErrName) {
				t.Errorf("%s %q: %v", call, bad, err)
			}
		}
	}
}

func tooLongIsRefused(t *testing.T, s photos.Store) {
	if err := s.Put(t.Context(), name(1), make([]byte, photos.MaxBytes+1)); !errors.Is(err, photos.ErrTooLong) {
		t.Errorf("put: %v", err)
	}
	if got := listed(t, s); len(got) != 0 {
		t.Errorf("something was kept: %d", len(got))
	}
}

func parallelPutsKeepApart(t *testing.T, s photos.Store) {
	var all sync.WaitGroup
	for i := range 40 {
		all.Go(func() {
			if err := s.Put(t.Context(), name(i), fmt.Appendf(nil, "picture %d", i)); err != nil {
				t.Errorf("put %d: %v", i, err)
			}
		})
	}
	all.Wait()
	if got := listed(t, s); len(got) != 40 {
		t.Errorf("%d listed, want 40", len(got))
	}
	for i := range 40 {
		got, err := s.Get(t.Context(), name(i))
		if diff := cmp.Diff(fmt.Sprintf("picture %d", i), string(got)); err != nil || diff != "" {
			t.Errorf("picture %d: %v (-want +got):\n%s", i, err, diff)
		}
	}
}

// readersSeeWholePictures lets two writers replace one picture while it is read: a reader sees one or the other, whole.
func readersSeeWholePictures(t *testing.T, s photos.Store) {
	one, two := bytes.Repeat([]byte("1"), 100_000), bytes.Repeat([]byte("2"), 50_000)
	put(t, s, name(1), one)
	var all sync.WaitGroup
	for _, picture := range [][]byte{one, two} {
		all.Go(func() {
			for range 15 {
				if err := s.Put(t.Context(), name(1), picture); err != nil {
					t.Errorf("put: %v", err)
				}
			}
		})
	}
	for range 60 {
		got, err := s.Get(t.Context(), name(1))
		if err != nil || !bytes.Equal(got, one) && !bytes.Equal(got, two) {
			t.Errorf("%d bytes, %v", len(got), err)
		}
	}
	all.Wait()
}

func cancelledCallDoesNothing(t *testing.T, s photos.Store) {
	put(t, s, name(1), []byte("kept"))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, errGet := s.Get(ctx, name(1))
	for call, err := range map[string]error{
		"put": s.Put(ctx, name(2), []byte("x")), "get": errGet, "delete": s.Delete(ctx, name(1)),
		"list": s.List(ctx, func(string, time.Time) error { return nil }),
	} {
		if !errors.Is(err, context.Canceled) {
			t.Errorf("%s: %v", call, err)
		}
	}
	got := listed(t, s)
	if _, kept := got[name(1)]; !kept || len(got) != 1 {
		t.Errorf("listed after it: %d", len(got))
	}
}
