package storage

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"guiwei/flows"
)

func tell(text string) flows.Effect { return flows.Tell{Chat: 42, Phrase: flows.Say(text)} }

func TestCommitIsLoadedAgain(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, b *bench) {
		l, err := b.Load(b.ctx, 42, "u1")
		b.must(err)
		same(t, l, Loaded{Conversation: flows.Conversation{Chat: 42}})
		c := flows.Conversation{Chat: 42, Language: "zh", Frames: []flows.Frame{{ID: 1, Flow: "home", Version: 1, State: "ask",
			Turn: 1, Draft: []byte(`{"name":"欧阳测试"}`), At: noon}}}
		commit := Commit{Chat: 42, Input: "u1", Conversation: c, Effects: []flows.Effect{tell("a"), flows.AnswerTap{Query: "q"}},
			Now: noon, Lease: time.Minute}
		got, err := b.Commit(b.ctx, commit)
		b.must(err)
		same(t, got, Committed{Entry: "u1", Waiting: 1})
		l, err = b.Load(b.ctx, 42, "u1")
		b.must(err)
		same(t, l, Loaded{Conversation: c, Version: 1, Seen: true})
		got, err = b.Commit(b.ctx, commit)
		b.must(err)
		same(t, got, Committed{Entry: "u1", Again: true})
		commit.Input = "u2"
		_, err = b.Commit(b.ctx, commit)
		wantErr(t, err, ErrConflict)
		entries, err := b.Pending(b.ctx, Owner{Chat: 42})
		b.must(err)
		same(t, entries, []Entry{{Owner: Owner{Chat: 42}, ID: "u1", Effects: commit.Effects, At: noon}})
	})
}

func TestOutboxIsFirstInFirstOut(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, b *bench) {
		o := Owner{Chat: 42}
		for i, input := range []string{"u1", "u2", "u3"} {
			_, err := b.Commit(b.ctx, Commit{Chat: 42, Version: int64(i), Input: input, Conversation: flows.Conversation{Chat: 42},
				Effects: []flows.Effect{tell(input)}, Now: noon, Lease: time.Minute})
			b.must(err)
		}
		b.must(b.Advance(b.ctx, o, "u1", 1, 0))
		b.must(b.Advance(b.ctx, o, "u1", 0, 0))
		b.must(b.Postpone(b.ctx, o, noon.Add(time.Hour), true))
		b.must(b.Postpone(b.ctx, o, noon.Add(2*time.Hour), false))
		entries := b.pending(o)
		same(t, entryIDs(entries), []string{"u1", "u2", "u3"})
		same(t, []int{entries[0].Done, entries[0].Tries, entries[1].Tries}, []int{1, 1, 0})
		b.due(noon.Add(2*time.Hour - 1))
		b.due(noon.Add(2*time.Hour), o)
		b.done(b.ctx, o, "u1", 77)
		b.done(b.ctx, o, "u1", 0)
		b.must(b.Park(b.ctx, o, "u2"))
		b.must(b.Park(b.ctx, o, "u2"))
		same(t, entryIDs(b.pending(o)), []string{"u3"})
		b.done(b.ctx, o, "u3", 0)
		same(t, len(b.pending(o)), 0)
		_, waits, err := b.NextDue(b.ctx)
		b.must(err)
		same(t, waits, false)
		l, err := b.Load(b.ctx, 42, "u9")
		b.must(err)
		same(t, []any{l.Live, l.Version, l.Seen}, []any{77, int64(3), false})
		wantErr(t, b.Advance(b.ctx, o, "u3", 1, 0), ErrNone)
	})
}

func entryIDs(entries []Entry) []string {
	var all []string
	for _, e := range entries {
		all = append(all, e.ID)
	}
	return all
}

func (b *bench) pending(o Owner) []Entry {
	b.t.Helper()
	entries, err := b.Pending(b.ctx, o)
	b.must(err)
	return entries
}

// due wants Due to take these owners, in any order, for a minute.
func (b *bench) due(now time.Time, want ...Owner) {
	b.t.Helper()
	got, err := b.Due(b.ctx, now, time.Minute, 100, nil)
	b.must(err)
	less := cmpopts.SortSlices(func(x, y Owner) bool { return x.Chat < y.Chat || x.Chat == y.Chat && x.Person < y.Person })
	if diff := cmp.Diff(want, got, less, cmpopts.EquateEmpty()); diff != "" {
		b.t.Fatalf("due at %v (-want +got)\n%s", now, diff)
	}
}

func TestTimerBecomesAnEntryWhenItsTimeHasCome(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, b *bench) {
		timer := func(turn int, at time.Time) flows.Timer {
			return flows.Timer{Name: "over", At: at, Frame: 1, Turn: turn}
		}
		for i, at := range []time.Time{noon.Add(time.Minute), noon.Add(time.Hour)} {
			_, err := b.Commit(b.ctx, Commit{Chat: -10042, Version: int64(i), Input: []string{"u1", "u2"}[i],
				Timers: []flows.Timer{timer(i+1, at)}, Now: noon})
			b.must(err)
		}
		at, ok, err := b.NextDue(b.ctx)
		b.must(err)
		same(t, []any{at, ok}, []any{noon.Add(time.Hour), true})
		o := Owner{Chat: -10042}
		b.due(noon.Add(time.Hour - time.Millisecond))
		b.due(noon.Add(time.Hour), o)
		b.due(noon.Add(time.Hour))
		same(t, b.pending(o), []Entry{{Owner: o, ID: "u2.timer.over", At: noon.Add(time.Hour),
			Effects: []flows.Effect{flows.Wake{Timer: timer(2, noon.Add(time.Hour))}}}})
		b.due(noon.Add(time.Hour+time.Minute), o)
	})
}

func TestParkedInputIsSeen(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, b *bench) {
		for i := range 2 {
			c, err := b.ParkInput(b.ctx, Aside{Chat: 42, Input: "u1", Raw: []byte("{}"), Effects: []flows.Effect{tell("kept")}, Now: noon})
			b.must(err)
			same(t, c.Again, i == 1)
		}
		same(t, entryIDs(b.pending(Owner{Chat: 42})), []string{"u1"})
		l, err := b.Load(b.ctx, 42, "u1")
		b.must(err)
		same(t, []bool{l.Seen, l.Parked}, []bool{true, true})
		inputs, err := b.ParkedInputs(b.ctx, 42)
		b.must(err)
		same(t, inputs, map[string][]byte{"u1": []byte("{}")})
	})
}

// Rows: F20
func TestInputsWaitInTheOutboxUntilTheLastIsDone(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, b *bench) {
		o := Owner{Chat: 42}
		waits := func() bool {
			l, err := b.Load(b.ctx, 42, "u9")
			b.must(err)
			return l.Waits
		}
		for _, id := range []string{"u1", "u1", "u2"} {
			b.must(b.LetWait(b.ctx, Aside{Chat: 42, Input: id, Effects: []flows.Effect{flows.Again{Input: flows.Input{ID: id, Text: "t"}}},
				Now: noon, Lease: time.Minute}))
		}
		l, err := b.Load(b.ctx, 42, "u1")
		b.must(err)
		same(t, []bool{l.Seen, l.Parked, l.Waits}, []bool{true, false, true})
		same(t, entryIDs(b.pending(o)), []string{"u1", "u2"})
		same(t, b.pending(o)[0].Effects, []flows.Effect{flows.Again{Input: flows.Input{ID: "u1", Text: "t"}}})
		for _, id := range []string{"u1", "u2"} {
			same(t, waits(), true)
			_, err := b.Done(b.ctx, o, id, 0)
			b.must(err)
		}
		same(t, waits(), false)
		b.well()
	})
}

// Rows: F20
func TestAnInputThatWaitsIsDueAtOnceOrWithinTheLease(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, b *bench) {
		wait := func(chat int64) {
			b.must(b.LetWait(b.ctx, Aside{Chat: chat, Input: "u1", Effects: []flows.Effect{tell("x")}, Now: noon, Lease: time.Second}))
		}
		wait(1)
		for chat, lease := range map[int64]time.Duration{2: time.Millisecond, 3: time.Hour} { // somebody is at it; it waits for its time
			_, err := b.Commit(b.ctx, Commit{Chat: chat, Input: "u0", Effects: []flows.Effect{tell("x")}, Now: noon, Lease: lease})
			b.must(err)
			wait(chat)
		}
		b.due(noon, Owner{Chat: 1})
		b.due(noon.Add(time.Millisecond), Owner{Chat: 2})
		b.due(noon.Add(999 * time.Millisecond))
		b.due(noon.Add(time.Second), Owner{Chat: 3})
	})
}

func TestDueLeavesToOthersWhomItIsToSkip(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, b *bench) {
		for chat := range int64(4) {
			_, err := b.Commit(b.ctx, Commit{Chat: chat, Input: "u1", Effects: []flows.Effect{tell("x")}, Now: noon.Add(time.Duration(chat))})
			b.must(err)
		}
		got, err := b.Due(b.ctx, noon.Add(time.Second), time.Minute, 1, func(o Owner) bool { return o.Chat < 3 })
		b.must(err)
		same(t, got, []Owner{{Chat: 3}})
		b.due(noon.Add(time.Second), Owner{Chat: 0}, Owner{Chat: 1}, Owner{Chat: 2})
	})
}

func TestLeaseHasOneHolder(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, b *bench) {
		for _, step := range []struct {
			holder string
			want   bool
		}{{"a", true}, {"b", false}, {"a", true}} {
			got, err := b.Hold(b.ctx, "poller", step.holder, time.Minute)
			b.must(err)
			same(t, got, step.want)
		}
		b.must(b.Drop(b.ctx, "poller", "b"))
		b.must(b.Drop(b.ctx, "poller", "a"))
		got, err := b.Hold(b.ctx, "poller", "b", time.Minute)
		b.must(err)
		same(t, got, true)
	})
}

func TestLeasedOutboxIsNotGivenToASecondWorker(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, b *bench) {
		o := Owner{Chat: 42}
		commit := func(version int64, input string, at time.Time, lease time.Duration) {
			_, err := b.Commit(b.ctx, Commit{Chat: 42, Version: version, Input: input, Effects: []flows.Effect{tell(input)},
				Timers: []flows.Timer{{Name: "over", At: at}}, Now: at, Lease: lease})
			b.must(err)
		}
		commit(0, "u1", noon, time.Minute)
		commit(1, "u2", noon.Add(time.Second), 0)
		b.due(noon.Add(59 * time.Second)) // the timer joins what the first committer still works on
		same(t, entryIDs(b.pending(o)), []string{"u1", "u2", "u2.timer.over"})
		b.due(noon.Add(time.Minute), o)
	})
}

func TestDueTakesTheOldestUpToItsLimit(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, b *bench) {
		for chat := range int64(20) {
			_, err := b.Commit(b.ctx, Commit{Chat: chat, Input: "u1", Effects: []flows.Effect{tell("x")},
				Now: noon, Lease: time.Duration(chat) * time.Second})
			b.must(err)
		}
		for i := range int64(4) {
			got, err := b.Due(b.ctx, noon.Add(time.Hour), time.Minute, 5, nil)
			b.must(err)
			same(t, got, []Owner{{Chat: 5 * i}, {Chat: 5*i + 1}, {Chat: 5*i + 2}, {Chat: 5*i + 3}, {Chat: 5*i + 4}})
		}
		b.due(noon.Add(time.Hour))
	})
}
