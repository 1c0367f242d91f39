package storage

import (
	"encoding/json"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"guiwei/flows"
)

// looked is what one pass of the sweeper would do at a time: the pictures that are let go of, and what else is due.
func (b *bench) looked(now time.Time) (gone, shown, faint []string) {
	b.t.Helper()
	looks, err := b.Looks(b.ctx, now, 100)
	b.must(err)
	for _, l := range looks {
		if l.Shown != "" {
			shown = append(shown, l.Shown)
			continue
		}
		if l.Faint != "" {
			faint = append(faint, l.Faint)
			b.must(b.ForgetHashes(b.ctx, l.Faint))
			continue
		}
		wanted, err := b.Wanted(b.ctx, l.Blob, now)
		b.must(err)
		if wanted {
			b.must(b.LookAgain(b.ctx, l.Blob, now))
			continue
		}
		going, ok, err := b.LetGo(b.ctx, l.Blob, now)
		b.must(err)
		if ok {
			gone = append(gone, l.Blob.Name)
			b.must(b.ForgetBlob(b.ctx, going))
		}
	}
	slices.Sort(gone)
	return gone, shown, faint
}

// remembers stores a conversation whose draft names pictures.
func (b *bench) remembers(chat int64, version int64, names ...string) {
	b.t.Helper()
	draft, err := json.Marshal(names)
	b.must(err)
	_, err = b.Commit(b.ctx, Commit{Chat: chat, Version: version, Input: b.op(), Now: noon, Conversation: flows.Conversation{Chat: chat,
		Frames: []flows.Frame{{ID: 1, Flow: "evidence", State: "back", Draft: draft}}}})
	b.must(err)
}

// Rows: F18 P35
func TestPictureThatNobodyWantsIsLetGoWithinTheHour(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, b *bench) {
		p := b.vault.Person("resident", number1)
		wanted, err := b.KeepBlob(b.ctx, "k1", p, 42, noon)
		b.must(err)
		again, err := b.KeepBlob(b.ctx, "k1", p, 42, noon.Add(time.Minute))
		b.must(err)
		same(t, again, wanted)
		left, err := b.KeepBlob(b.ctx, "k2", p, 42, noon)
		b.must(err)
		b.remembers(42, 0, wanted)
		gone, _, _ := b.looked(noon.Add(29 * time.Minute))
		same(t, gone, []string(nil)) // its answer may still be on the way
		gone, _, _ = b.looked(noon.Add(31 * time.Minute))
		same(t, gone, []string{left})
		gone, _, _ = b.looked(noon.Add(23*time.Hour + 59*time.Minute))
		same(t, gone, []string(nil))
		gone, _, _ = b.looked(noon.Add(24 * time.Hour))
		same(t, gone, []string{wanted})
		b.well()
	})
}

func TestPictureIsLeftWhileItsChatHasEffectsToCome(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, b *bench) {
		name, err := b.KeepBlob(b.ctx, "k1", b.vault.Person("resident", number1), 42, noon)
		b.must(err)
		_, err = b.Commit(b.ctx, Commit{Chat: 42, Input: "u1", Effects: []flows.Effect{tell("x")}, Now: noon})
		b.must(err)
		gone, _, _ := b.looked(noon.Add(time.Hour))
		same(t, gone, []string(nil))
		b.done(b.ctx, Owner{Chat: 42}, "u1", 0)
		gone, _, _ = b.looked(noon.Add(2 * time.Hour))
		same(t, gone, []string{name})
	})
}

// Rows: P35 D3
func TestPairOfACaseGoesAtItsTerm(t *testing.T) {
	t.Parallel()
	const day = 24 * time.Hour
	for verdict, row := range map[flows.Event]struct {
		reason string
		term   time.Duration
	}{flows.CaseApprove: {"", 30 * day}, flows.CaseRefuse: {"blurred", 7 * day}} {
		t.Run(string(verdict), func(t *testing.T) {
			t.Parallel()
			each(t, func(t *testing.T, b *bench) {
				b.account(number1, 40, false)
				sub := b.submission(b.account(number1, 42, true).Account, noon)
				pair := []string{sub.Front.Blob, sub.Back.Blob}
				slices.Sort(pair)
				done, err := b.Submit(b.ctx, b.op(), sub)
				b.must(err)
				gone, _, _ := b.looked(noon.Add(1000 * day)) // open: whatever its age
				same(t, gone, []string(nil))
				b.well()
				b.decide(done.No, verdict, row.reason)
				took := noon.Add(time.Minute)
				gone, _, _ = b.looked(took.Add(row.term - time.Second))
				same(t, gone, []string(nil))
				b.well()
				gone, _, faint := b.looked(took.Add(row.term))
				same(t, []any{gone, faint}, []any{pair, []string(nil)})
				v, err := b.Case(b.ctx, done.No)
				b.must(err)
				same(t, v.Front.SHA256, "digest")
				_, _, faint = b.looked(took.Add(180 * day))
				same(t, faint, []string{done.No})
				v, err = b.Case(b.ctx, done.No)
				b.must(err)
				same(t, []any{v.Front, v.Back}, []any{flows.Photo{}, flows.Photo{}})
				b.well()
			})
		})
	}
}

// Rows: F18
func TestPictureThatGoesIsNotSubmitted(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, b *bench) {
		claim := b.account(number1, 42, false).Account
		sub := b.submission(claim, noon)
		looks, err := b.Looks(b.ctx, noon.Add(time.Hour), 100)
		b.must(err)
		for _, l := range looks {
			if l.Blob.Name == sub.Back.Blob {
				going, ok, err := b.LetGo(b.ctx, l.Blob, noon.Add(time.Hour))
				b.must(err)
				same(t, []any{ok, going.State}, []any{true, BlobGoing})
			}
		}
		got, err := b.Submit(b.ctx, "s1", sub)
		b.must(err)
		same(t, got, flows.Submitted{Outcome: flows.Gone, Gone: []string{"back"}})
		sub.Front.Blob = "never registered"
		got, err = b.Submit(b.ctx, "s2", sub)
		b.must(err)
		same(t, got.Gone, []string{"front", "back"})
		st, err := b.Standing(b.ctx, claim, noon)
		b.must(err)
		same(t, []any{st.Quota, st.Open}, []any{flows.Quota{}, (*flows.LogRow)(nil)})
	})
}

// Rows: F18
//
// TestSweeperAndSubmissionNeverBothTakeAPicture races them: either the case has both pictures for good, or nothing was
// submitted.
func TestSweeperAndSubmissionNeverBothTakeAPicture(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, b *bench) {
		swept, opened := 0, 0
		for i := range 40 {
			number := fmt.Sprintf("99010119900101%04d", i)
			sub := b.submission(b.account(number, 42, false).Account, noon)
			var got flows.Submitted
			var gone []string
			var both sync.WaitGroup
			both.Go(func() { got, _ = b.Submit(b.ctx, number+"s", sub) })
			both.Go(func() {
				gone, _, _ = b.looked(noon.Add(25 * time.Hour))
			})
			both.Wait()
			mine := 0
			for _, name := range gone {
				if name == sub.Front.Blob || name == sub.Back.Blob {
					mine++
				}
			}
			if (got.Outcome == flows.OK) == (mine > 0) {
				t.Fatalf("submitted %s, and %d pictures were swept", got.Outcome, mine)
			}
			if mine > 0 {
				swept++
			} else {
				opened++
			}
		}
		b.well()
		t.Logf("%d swept, %d submitted", swept, opened)
	})
}

func TestShownCopiesAreDueAfterADayUntilNoneIsNoted(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, b *bench) {
		b.must(b.NotePhotos(b.ctx, "203-17", 7, []int{11}, noon))
		b.must(b.NotePhotos(b.ctx, "203-17", 7, []int{11, 12}, noon.Add(time.Hour)))
		_, shown, _ := b.looked(noon.Add(24*time.Hour - time.Second))
		same(t, shown, []string(nil))
		_, shown, _ = b.looked(noon.Add(24 * time.Hour))
		same(t, shown, []string{"203-17"})
		b.must(b.NotePhotos(b.ctx, "203-17", 7, nil, noon))
		_, shown, _ = b.looked(noon.Add(1000 * time.Hour))
		same(t, shown, []string(nil))
	})
}

func TestRegisteredAreAllPicturesOfThisHouse(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, b *bench) {
		claim := b.account(number1, 42, false).Account
		sub := b.submission(claim, noon)
		_, err := b.Submit(b.ctx, "s1", sub)
		b.must(err)
		draft, err := b.KeepBlob(b.ctx, "k1", claim.Person, 42, noon)
		b.must(err)
		// A register that lost its rows, as an older backup has it, keeps what open cases name all the same.
		tag, err := personTag(claim.Person)
		b.must(err)
		b.must(b.rdb.HDel(b.ctx, b.keys.blobs(tag), sub.Front.Blob).Err())
		all, err := b.Registered(b.ctx)
		b.must(err)
		same(t, all, map[string]bool{sub.Front.Blob: true, sub.Back.Blob: true, draft: true})
		same(t, []bool{b.Ours(draft), b.Ours("00000000" + draft[8:])}, []bool{true, false})
	})
}
