package storage

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"guiwei/flows"
	"guiwei/storage/storagetest"
)

// crowdedDesk fills a store with open cases of as many people, by their raw keys: the nth was submitted n seconds after noon.
func (b *bench) crowdedDesk(n int) {
	b.t.Helper()
	pipe := b.rdb.Pipeline()
	for i := range n {
		a := applicant(fmt.Sprintf("9901011990%08d", i))
		a.Phone = fmt.Sprintf("+86139%08d", i)
		p := b.vault.Person("resident", a.IDNumber)
		tag, err := personTag(p)
		b.must(err)
		sealed, err := b.seal(a, accountAbout(p))
		b.must(err)
		no, at := fmt.Sprintf("%s-%d", tag[1:], i+1), noon.Add(time.Duration(i)*time.Second)
		pipe.HSet(b.ctx, b.keys.open(tag), no, fmt.Sprintf("queued %d", millis(at)))
		pipe.HSet(b.ctx, b.keys.numbers(tag), no, string(p))
		pipe.HSet(b.ctx, b.keys.accounts(tag, p), "a sealed", sealed, "a state", "pending")
		pipe.HSet(b.ctx, b.keys.cases(tag, p), no+" state", "queued", no+" submitted", millis(at), no+" deadline", millis(at.Add(72*time.Hour)),
			no+" account", "a", no+" version", 1)
	}
	_, err := pipe.Exec(b.ctx)
	b.must(err)
}

// Rows: P30 V7
func TestTheDeskFindsAnyCaseAmongThousandsInTime(t *testing.T) {
	t.Parallel()
	cases, rounds := 300, 5
	if os.Getenv("PROOF") != "" {
		cases, rounds = 5000, 40
	}
	b := open(t, storagetest.Server(t), storagetest.Prefix(t))
	b.crowdedDesk(cases)
	var lists, finds []time.Duration
	for i := range rounds {
		start := time.Now()
		all, err := b.OpenCases(b.ctx)
		b.must(err)
		lists = append(lists, time.Since(start))
		if len(all) != cases || !slices.IsSortedFunc(all, func(x, y OpenCase) int { return x.Submitted.Compare(y.Submitted) }) {
			t.Fatalf("%d cases, or not the oldest first", len(all))
		}
		tail := fmt.Sprintf("%04d", i)
		found, err := b.Seek(b.ctx, all, func(a flows.Applicant) bool { return strings.HasSuffix(a.Phone, "0000"+tail) })
		b.must(err)
		finds = append(finds, time.Since(start))
		if len(found) != 1 || !found[0].Submitted.Equal(noon.Add(time.Duration(i)*time.Second)) {
			t.Fatalf("%s finds %+v", tail, found)
		}
	}
	slices.Sort(lists)
	slices.Sort(finds)
	at := rounds * 95 / 100
	t.Logf("%d open cases: a list takes %v in the median and %v in the 95th percentile, a search %v and %v", cases,
		lists[rounds/2], lists[at], finds[rounds/2], finds[at])
	if cases == 5000 && (lists[rounds/2] > 200*time.Millisecond || finds[rounds/2] > 200*time.Millisecond) {
		t.Errorf("slower than 200 ms in the median: list %v, search %v", lists[rounds/2], finds[rounds/2])
	}
}

func TestOpenCasesTellWhoHasThemAndEndedOnesAreRemembered(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, b *bench) {
		no := b.submitted(42)
		_, err := b.MoveCase(b.ctx, b.op(), wants(no, flows.CaseClaim, seven))
		b.must(err)
		all, err := b.OpenCases(b.ctx)
		b.must(err)
		b.must(b.Names(all))
		same(t, []any{len(all), all[0].No, all[0].State, all[0].Reviewer, all[0].Submitted, all[0].Deadline},
			[]any{1, no, flows.CaseClaimed, seven, noon, noon.Add(72 * time.Hour)})
		_, err = b.MoveCase(b.ctx, b.op(), wants(no, flows.CaseRefuse, seven, "blurred", "edited"))
		b.must(err)
		v, _, err := b.TakeEffect(b.ctx, b.op(), no, 3, noon.Add(time.Minute))
		b.must(err)
		for range 2 {
			b.must(b.NoteEnded(b.ctx, v.Case))
		}
		ended, err := b.EndedSince(b.ctx, noon.Add(-time.Hour), 10)
		b.must(err)
		same(t, ended, []Ended{{No: no, State: flows.CaseRefused, Reviewer: 7, Reasons: []string{"blurred", "edited"}, Submitted: noon, Decided: noon}})
		all, err = b.OpenCases(b.ctx)
		b.must(err)
		same(t, len(all), 0)
		late, err := b.EndedSince(b.ctx, noon.Add(time.Hour), 10)
		b.must(err)
		same(t, len(late), 0)
	})
}

func TestAFacultyHasItsTopicInOneGroup(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, b *bench) {
		topic := func(group int64) int {
			n, err := b.Topic(b.ctx, "管理学院", group)
			b.must(err)
			return n
		}
		b.must(b.SetTopic(b.ctx, "管理学院", -100, 77))
		same(t, []int{topic(-100), topic(-200)}, []int{77, 0})
		b.must(b.SetTopic(b.ctx, "管理学院", -100, 0))
		same(t, topic(-100), 0)
	})
}
