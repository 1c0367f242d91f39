package flows_test

import (
	"encoding/json"
	"slices"
	"testing"

	"guiwei/flows"
	"guiwei/flows/flowtest"
	"guiwei/flows/rules"
)

// Rows: F20
//
// What a later build of the same version wrote into a draft is there after any input in any state, as long as the flow is, also
// within a field that the input does not change; and it leads nowhere else.
func TestFieldsOfALaterBuildAreKept(t *testing.T) {
	t.Parallel()
	book, tried, kept := flowtest.Book(t, rules.Passphrase), map[string]bool{}, 0
	flowtest.Crawl(book, func(n, next flowtest.Node, in flows.Input, _ flows.Decision, err error) {
		pair := n.At() + " × " + flowtest.Kind(in) + " " + in.Act
		if err != nil || tried[pair] {
			return
		}
		tried[pair] = true
		later := n
		later.C.Frames = slices.Clone(n.C.Frames)
		for i, f := range later.C.Frames {
			later.C.Frames[i].Draft = grown(t, f.Draft)
		}
		after, _, err := later.Step(book, in)
		if err != nil {
			t.Errorf("%s: %v", pair, err)
			return
		}
		for i, f := range after.C.Frames {
			before, without := later.C.Find(f.ID), next.C.Find(f.ID)
			if before < 0 || without < 0 || next.C.Frames[without].Version != later.C.Frames[before].Version {
				continue
			}
			kept++
			if lacks(f.Draft, later.C.Frames[before].Draft, n.C.Frames[before].Draft, next.C.Frames[without].Draft) {
				t.Errorf("%s: frame %d of %s lost a field:\n%s\n%s", pair, i, f.Flow, later.C.Frames[before].Draft, f.Draft)
			}
		}
		if next.Place() != after.Place() {
			t.Errorf("%s leads to %s, with later fields to %s", pair, next.Place(), after.Place())
		}
	})
	t.Logf("%d pairs, %d drafts", len(tried), kept)
	if kept < 1000 {
		t.Errorf("only %d drafts", kept)
	}
}

const later = "field_of_a_later_build"

// grown adds a field to a draft and to each object in it.
func grown(t *testing.T, raw json.RawMessage) json.RawMessage {
	t.Helper()
	all := object(raw)
	for name, value := range all {
		if in := object(value); in != nil {
			in[later] = json.RawMessage(`{"today":7}`)
			all[name] = inJSON(t, in)
		}
	}
	all[later] = json.RawMessage(`{"said":"yes"}`)
	return inJSON(t, all)
}

func inJSON(t *testing.T, all map[string]json.RawMessage) json.RawMessage {
	t.Helper()
	raw, err := json.Marshal(all)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// lacks says whether a draft lost what a later build wrote, at the top or in a field that stayed what it was; was and then are the
// draft before and after as without a later build.
func lacks(now, grown, was, then json.RawMessage) bool {
	n, g, w, th := object(now), object(grown), object(was), object(then)
	for name, value := range g {
		stays := string(w[name]) == string(th[name])
		if stays && (object(n[name])[later] == nil) != (object(value)[later] == nil) {
			return true
		}
	}
	return string(n[later]) != string(g[later])
}

// object reads a JSON object, nil for anything else.
func object(raw json.RawMessage) map[string]json.RawMessage {
	var all map[string]json.RawMessage
	if json.Unmarshal(raw, &all) != nil {
		return nil
	}
	return all
}
