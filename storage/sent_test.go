package storage

import (
	"testing"
	"time"

	"guiwei/flows"
)

// Rows: D3
func TestPicturesOfAStudentsChatAreDueAfterADayOrAtTheSubmission(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, b *bench) {
		due := func(now time.Time) (all []Sent, messages [][]int) {
			looks, err := b.Looks(b.ctx, now, 9)
			b.must(err)
			for _, l := range looks {
				m, err := b.SentIn(b.ctx, l.Sent)
				b.must(err)
				b.must(b.ForgetSent(b.ctx, l.Sent, m))
				all, messages = append(all, l.Sent), append(messages, m)
			}
			return all, messages
		}
		for i, at := range []time.Time{noon, noon.Add(time.Hour)} {
			_, err := b.Commit(b.ctx, Commit{Chat: 42, Version: int64(i), Input: b.op(), Picture: 7 + i, Now: at,
				Conversation: flows.Conversation{Chat: 42}})
			b.must(err)
		}
		b.must(b.NoteSent(b.ctx, 42, noon.Add(2*time.Hour), 9, 10))
		b.must(b.NoteSent(b.ctx, 42, noon.Add(3*time.Hour), 9)) // done again: it stands since then
		all, _ := due(noon.Add(shownTerm - time.Second))
		same(t, all, []Sent(nil))
		all, messages := due(noon.Add(shownTerm))
		same(t, all, []Sent{{Chat: 42, Until: noon}})
		same(t, messages, [][]int{{7}})
		all, messages = due(noon.Add(shownTerm + time.Hour))
		same(t, all, []Sent{{Chat: 42, Until: noon.Add(time.Hour)}})
		same(t, messages, [][]int{{8}})
		b.must(b.EndSent(b.ctx, 42, noon.Add(2*time.Hour)))
		all, messages = due(noon.Add(2 * time.Hour))
		same(t, all, []Sent{{Chat: 42, Submitted: true, Until: noon.Add(2 * time.Hour)}})
		same(t, messages, [][]int{{9, 10}})
		all, _ = due(noon.Add(1000 * time.Hour))
		same(t, all, []Sent(nil))
	})
}

func TestPictureNotedByACommitThatConflictsIsNotNoted(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, b *bench) {
		_, err := b.Commit(b.ctx, Commit{Chat: 42, Version: 5, Input: "u1", Picture: 7, Now: noon})
		wantErr(t, err, ErrConflict)
		messages, err := b.SentIn(b.ctx, Sent{Chat: 42, Until: noon})
		b.must(err)
		same(t, messages, []int(nil))
	})
}
