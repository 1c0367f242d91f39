package photo

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// entry is a record of the manifest of ../shared/photos.
type entry struct {
	File, Verdict, Reason, Payload, Pair, Group string
	Side, Person, Number, Validity              string
	AlsoOK                                      []string      `json:"also_ok"`
	DuplicateOf                                 string        `json:"duplicate_of"`
	Quad                                        [4][2]float64 `json:"card_quad"` // in pixels of the upright picture
	Faces                                       [][4]float64  `json:"face_boxes"`
	Width                                       int           `json:"upright_w"`
	Height                                      int           `json:"upright_h"`
	Bytes                                       int
	Orientation                                 int `json:"exif_orientation"`
	Generate                                    struct {
		Base string
		Pad  int `json:"pad_zeros_to"`
	}
}

// sharedPhotos finds the folder of the project's papers beside the repository, and its records; nil without it. The tests
// above prove every behaviour on pictures of their own; this corpus is an extra.
func sharedPhotos(t testing.TB) (dir string, entries []entry) {
	t.Helper()
	for dir = "."; ; dir = filepath.Join("..", dir) {
		at, err := filepath.Abs(dir)
		if err != nil {
			t.Fatal(err)
		}
		if raw, err := os.ReadFile(filepath.Join(at, "shared", "photos", "manifest.json")); err == nil { //nolint:gosec // our own papers
			return filepath.Join(at, "shared", "photos"), parseManifest(t, raw)
		}
		if at == filepath.Dir(at) {
			return "", nil
		}
	}
}

// parseManifest takes the one list in the manifest whose records name files.
func parseManifest(t testing.TB, raw []byte) []entry {
	t.Helper()
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(raw, &fields); err != nil {
		t.Fatal(err)
	}
	for _, field := range fields {
		var entries []entry
		if json.Unmarshal(field, &entries) == nil && len(entries) > 0 && entries[0].File != "" {
			return entries
		}
	}
	t.Fatal("the manifest names no files")
	return nil
}

// read is the file of an entry, or what its recipe makes.
func (e entry) read(t testing.TB, dir string) []byte {
	t.Helper()
	name := e.File
	if e.Generate.Base != "" {
		name = e.Generate.Base
	}
	raw, err := os.ReadFile(filepath.Join(dir, name)) //nolint:gosec // our own papers
	if err != nil {
		t.Fatal(err)
	}
	return append(raw, make([]byte, max(0, e.Generate.Pad-len(raw)))...)
}

// expects tells whether an answer is one the manifest allows. What only a judge of quality can see, this room accepts.
func (e entry) expects(res Result) bool {
	certain := []string{"empty", "too_large", "unsupported_type", "too_many_pixels", "too_complex", "corrupt", "too_small"}
	if res.Verdict == Accept {
		return e.Verdict == "accept" || slices.Contains(e.AlsoOK, "accept") || !slices.Contains(certain, e.Reason)
	}
	said := string(res.Reasons[0])
	return e.Verdict == "reject" && said == e.Reason || slices.Contains(e.AlsoOK, "reject:"+said)
}

func TestTheSharedCorpusGetsItsVerdicts(t *testing.T) {
	t.Parallel()
	dir, entries := sharedPhotos(t)
	hashes := map[string][4]uint64{}
	for _, e := range entries {
		res := examine(t, e.read(t, dir))
		if !e.expects(res) {
			t.Errorf("%s: %s %v, want %s %s %v", e.File, res.Verdict, res.Reasons, e.Verdict, e.Reason, e.AlsoOK)
		}
		if e.Payload != "" && bytes.Contains(res.JPEG, []byte(e.Payload)) {
			t.Errorf("%s: the payload is in the result", e.File)
		}
		if res.Verdict == Accept && (strings.HasPrefix(e.File, "ok_") || e.DuplicateOf != "") {
			hashes[e.File] = res.DHash
		}
	}
	t.Logf("%d shared pictures checked", len(entries))
	compareShared(t, entries, hashes)
}

// compareShared holds that the same picture sent again is near, and that front and back of one student are not.
func compareShared(t *testing.T, entries []entry, hashes map[string][4]uint64) {
	t.Helper()
	near, far, compared := 0, 256, 0
	for i, a := range entries {
		for _, b := range entries[i+1:] {
			ha, okA := hashes[a.File]
			hb, okB := hashes[b.File]
			if !okA || !okB {
				continue
			}
			d, same := Distance(ha, hb), a.sameAs(b)
			compared++
			if same {
				near = max(near, d)
			} else {
				far = min(far, d)
			}
			if same != (d <= SameDistance) {
				t.Errorf("%s and %s: distance %d", a.File, b.File, d)
			}
		}
	}
	t.Logf("%d pairs compared: the same at most %d apart, others at least %d", compared, near, far)
}

// sameAs tells whether two entries show the same picture: by turning it, or as a duplicate of one another.
func (e entry) sameAs(o entry) bool {
	return e.Group != "" && e.Group == o.Group || e.DuplicateOf == o.File || o.DuplicateOf == e.File ||
		e.DuplicateOf != "" && e.DuplicateOf == o.DuplicateOf
}
