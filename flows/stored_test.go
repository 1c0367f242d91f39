package flows_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"guiwei/flows"
	"guiwei/flows/flowtest"
)

// kept is a conversation as a release stored it, with the effects that it waited for.
type kept struct {
	Conversation flows.Conversation `json:"conversation"`
	Asked        []waited           `json:"asked,omitempty"`
}

type waited struct {
	Frame  int         `json:"frame"`
	Turn   int         `json:"turn"`
	Effect flows.Named `json:"effect"`
}

// Rows: F20 P4
//
// Whatever a release stored loads for ever, says something to whoever comes back, and can be finished: every file of
// testdata/stored is what the crawl of one release met, one conversation for each state.
func TestConversationsOfOldReleasesLoadAndFinish(t *testing.T) {
	t.Parallel()
	n, b := 0, book(t)
	for _, file := range storedFiles(t) {
		for at, k := range read(t, file) {
			n++
			node := flowtest.Node{C: k.Conversation}
			for _, w := range k.Asked {
				node.Asked = append(node.Asked, flows.Asked{Frame: w.Frame, Turn: w.Turn, Effect: w.Effect})
			}
			greeted, d, err := node.Step(b, flows.Input{Kind: flows.Command, Word: "help"})
			if err != nil || len(d.Effects) == 0 {
				t.Errorf("%s: %s: %v, effects %v", file, at, err, d.Effects)
				continue
			}
			if !finishes(b, greeted) {
				t.Errorf("%s: %s cannot be finished", file, at)
			}
		}
	}
	t.Logf("%d stored conversations", n)
}

// The states of today stand in the newest file, so that the next release is held to them.
func TestEveryStateOfTodayIsKept(t *testing.T) {
	t.Parallel()
	files := storedFiles(t)
	today, before := states(t), read(t, files[len(files)-1])
	var lacking []string
	for at, k := range today {
		was, ok := before[at]
		if !ok || was.Conversation.Top().Version != k.Conversation.Top().Version {
			lacking = append(lacking, at)
		}
	}
	if len(lacking) == 0 {
		return
	}
	if !flowtest.Updating() {
		slices.Sort(lacking)
		t.Fatalf("go test ./flows -run Kept -update keeps what a release stores; lacking are %v", lacking)
	}
	raw, err := json.MarshalIndent(today, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(fmt.Sprintf("testdata/stored/v%d.json", len(files)+1), append(raw, '\n'), 0o644); err != nil { //nolint:gosec // for everyone
		t.Fatal(err)
	}
}

// storedFiles are v1.json, v2.json and so on.
func storedFiles(t *testing.T) []string {
	t.Helper()
	found, err := filepath.Glob("testdata/stored/v*.json")
	if err != nil || len(found) == 0 {
		t.Fatalf("no stored conversations: %v", err)
	}
	files := make([]string, len(found))
	for i := range files {
		files[i] = fmt.Sprintf("testdata/stored/v%d.json", i+1)
	}
	return files
}

func read(t *testing.T, file string) map[string]kept {
	t.Helper()
	raw, err := os.ReadFile(file) //nolint:gosec // a name of ours
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]kept{}
	if err := json.Unmarshal(raw, &all); err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	return all
}

// states is one conversation for each state that the crawl reaches, the shortest way to it.
func states(t *testing.T) map[string]kept {
	t.Helper()
	all := map[string]kept{}
	for _, n := range flowtest.Crawl(book(t), func(flowtest.Node, flowtest.Node, flows.Input, flows.Decision, error) {}) {
		if _, ok := all[n.At()]; ok {
			continue
		}
		k := kept{Conversation: n.C}
		for _, a := range n.Asked {
			k.Asked = append(k.Asked, waited{a.Frame, a.Turn, a.Effect})
		}
		all[n.At()] = k
	}
	return all
}

// finishes says whether answers alone, and no word that is valid everywhere, bring the top flow to its end.
func finishes(b flows.Book, from flowtest.Node) bool {
	flow := from.C.Top().ID
	todo, seen := []flowtest.Node{from}, map[string]bool{}
	for len(todo) > 0 {
		n := todo[0]
		todo = todo[1:]
		for _, in := range n.Inputs() {
			if in.Kind == flows.Command || in.Kind == flows.Tap && in.Frame <= 0 {
				continue
			}
			next, _, err := n.Step(b, in)
			if err != nil {
				continue
			}
			if next.C.Find(flow) < 0 {
				return true
			}
			if p := next.Place() + strings.Repeat(" ", len(next.C.Frames)); !seen[p] {
				seen[p] = true
				todo = append(todo, next)
			}
		}
	}
	return from.C.Top().Flow == "home" // which lies under everything, and has no end
}
