package dct

import (
	"bytes"
	"errors"
	"image/jpeg"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// rewritten is Rewrite's file, which the standard library must read too.
func rewritten(t *testing.T, raw []byte) []byte {
	t.Helper()
	out, err := Rewrite(t.Context(), raw)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := jpeg.Decode(bytes.NewReader(out)); err != nil {
		t.Fatal(err)
	}
	return out
}

// visible are the samples of a plane that show, row by row.
func visible(p Plane) (out []byte) {
	for y := range p.Height {
		for x := range p.Width {
			out = append(out, p.At(x, y))
		}
	}
	return out
}

func TestARewrittenFileHasTheSamePixels(t *testing.T) {
	t.Parallel()
	for name, raw := range samples(t) {
		if unusual(name) {
			if _, err := Rewrite(t.Context(), raw); !errors.Is(err, ErrUnusual) {
				t.Errorf("%s: %v", name, err)
			}
			continue
		}
		before, err := Decode(t.Context(), raw, 8)
		if err != nil {
			t.Fatal(name, err)
		}
		out := rewritten(t, raw)
		after, err := Decode(t.Context(), out, 8)
		if err != nil {
			t.Fatal(name, err)
		}
		for i, p := range []Plane{before.Y, before.Cb, before.Cr} {
			if q := []Plane{after.Y, after.Cb, after.Cr}[i]; !bytes.Equal(visible(p), visible(q)) {
				t.Errorf("%s: plane %d differs", name, i)
			}
		}
		if diff := cmp.Diff(out, rewritten(t, out)); diff != "" {
			t.Errorf("%s: rewritten twice it differs", name)
		}
		if len(out) > 2*len(raw) {
			t.Errorf("%s: %d bytes became %d", name, len(raw), len(out))
		}
	}
}

// The rewritten file is the same to the byte, whatever a sender hides around the coefficients.
func TestARewrittenFileHoldsNothingHidden(t *testing.T) {
	t.Parallel()
	raw := samples(t)["420.jpg"]
	want := rewritten(t, raw)
	end, scan := len(raw)-2, bytes.Index(raw, []byte{0xff, mSOS})
	secret := []byte("GPS 30.5 114.3")
	table := append([]byte{3}, bytes.Repeat(secret, 5)[:64]...)
	codes := append(append([]byte{0x13, 0, 0, 0, 0, 0, 0, 0, byte(len(secret))}, make([]byte, 8)...), secret...)
	for name, hidden := range map[string][]byte{
		"after the last block":           slices.Insert(slices.Clone(raw), end, secret...),
		"unused steps":                   slices.Insert(slices.Clone(raw), scan, segment(nil, mDQT, table)...),
		"unused codes":                   slices.Insert(slices.Clone(raw), scan, segment(nil, mDHT, codes)...),
		"steps after the last scan":      slices.Insert(slices.Clone(raw), end, segment(nil, mDQT, table)...),
		"a comment":                      slices.Insert(slices.Clone(raw), scan, segment(nil, mCOM, secret)...),
		"stray bytes before a marker":    slices.Insert(slices.Clone(raw), scan, secret...),
		"bytes after the end":            slices.Concat(raw, secret),
		"a restart interval of no marks": slices.Insert(slices.Clone(raw), scan, segment(nil, mDRI, []byte{0x7f, 0xff})...),
	} {
		if !bytes.Equal(rewritten(t, hidden), want) {
			t.Errorf("%s: something is left", name)
		}
	}
}

func TestStepsOfPlacesThatAreZeroAreNotKept(t *testing.T) {
	t.Parallel()
	flat, err := Encode(t.Context(), drawn(64, 64, true, 0, 1), usual(100_000))
	if err != nil {
		t.Fatal(err)
	}
	at := bytes.Index(flat, []byte{0xff, mDQT})
	other := slices.Clone(flat)
	hidden := 0
	want := rewritten(t, flat)
	for k := range 64 {
		if want[bytes.Index(want, []byte{0xff, mDQT})+5+k] == 1 {
			other[at+5+k] = 'x'
			hidden++
		}
	}
	if hidden == 0 {
		t.Fatal("every place is filled")
	}
	if !bytes.Equal(rewritten(t, other), want) {
		t.Errorf("steps that nothing uses are kept, of %d", hidden)
	}
}
