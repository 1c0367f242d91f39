package app

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"guiwei/bot/photo"
)

// Rows: S33 P8
//
// A player of the demo sees accepted pictures and refused ones, as a student would.
func TestTheDemosPicturesAreJudged(t *testing.T) {
	t.Parallel()
	strict, ok := photo.Judges("strict")
	if !ok {
		t.Fatal("no strict judge")
	}
	room := photo.New(photo.Options{Judge: strict})
	got := map[string][]photo.Reason{}
	for _, p := range demoStage().Photos {
		res, err := room.Examine(t.Context(), p.Bytes)
		if err != nil {
			t.Fatal(err)
		}
		got[p.Name] = res.Reasons
	}
	want := map[string][]photo.Reason{"front.jpg": nil, "back.jpg": nil, "front2.jpg": nil, "back2.jpg": nil,
		"blurred.jpg": {photo.Blurred}, "tiny.jpg": {photo.TooSmall}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
