package flows_test

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"

	"guiwei/flows"
	"guiwei/flows/flowtest"
	"guiwei/flows/rules"
)

// FuzzDecide says anything to a conversation, in any order: it never panics, never errs, is never changed in place, and
// reads back from storage as it was written.
func FuzzDecide(f *testing.F) {
	book := flowtest.Book(f, rules.Passphrase)
	f.Add([]byte{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15})
	f.Add([]byte{30, 60, 45, 38, 61, 17, 38, 62, 45, 45, 33, 20, 9})
	f.Add([]byte{255, 254, 200, 128, 64, 32, 16, 8, 4, 2, 1, 0})
	for seed := range 40 {
		f.Add(walk(seed))
	}
	f.Fuzz(func(t *testing.T, choices []byte) {
		n := flowtest.Node{}
		for _, choice := range choices[:min(len(choices), 200)] {
			all := n.Inputs()
			in := all[int(choice)*7%len(all)]
			before := written(t, n.C)
			next, d, err := n.Step(book, in)
			if err != nil {
				t.Fatalf("%s: %v", flowtest.Kind(in), err)
			}
			if diff := cmp.Diff(before, written(t, n.C)); diff != "" {
				t.Fatalf("%s changed the stored conversation in place:\n%s", flowtest.Kind(in), diff)
			}
			n = next
			n.C = readBack(t, d.Conversation)
			effectsReadBack(t, d.Effects)
		}
		if len(n.C.Frames) == 0 && len(choices) > 0 {
			t.Fatal("no home under the conversation")
		}
	})
}

// walk is a long pseudo-random path, the same for the same seed.
func walk(seed int) []byte {
	path := make([]byte, 120)
	x := uint32(seed)*2654435761 + 1
	for i := range path {
		x = x*1664525 + 1013904223
		path[i] = byte(x >> 24)
	}
	return path
}

func written(t *testing.T, c flows.Conversation) string {
	t.Helper()
	raw, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

func readBack(t *testing.T, c flows.Conversation) flows.Conversation {
	t.Helper()
	var again flows.Conversation
	raw := written(t, c)
	if err := json.Unmarshal([]byte(raw), &again); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(c, again); diff != "" {
		t.Fatalf("read back it differs:\n%s", diff)
	}
	return again
}

func effectsReadBack(t *testing.T, effects []flows.Effect) {
	t.Helper()
	for _, e := range effects {
		raw, err := json.Marshal(flows.Named{Effect: e})
		if err != nil {
			t.Fatal(err)
		}
		var again flows.Named
		if err := json.Unmarshal(raw, &again); err != nil {
			t.Fatal(err)
		}
		if twice, err := json.Marshal(again); err != nil || string(twice) != string(raw) {
			t.Fatalf("%s became %s (%v)", raw, twice, err)
		}
	}
}
