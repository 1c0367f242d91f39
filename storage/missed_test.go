package storage

import (
	"fmt"
	"testing"
	"time"

	"guiwei/flows"
)

func TestAShutChatIsRememberedUntilItOpens(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, b *bench) {
		since := func() time.Time {
			at, err := b.ShutSince(b.ctx, 42)
			b.must(err)
			return at
		}
		same(t, since().IsZero(), true)
		b.must(b.Shut(b.ctx, 42, noon))
		same(t, since().Equal(noon), true)
		b.must(b.Unshut(b.ctx, 42))
		same(t, since().IsZero(), true)
	})
}

func TestTheNewestMissedNoticesWait(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, b *bench) {
		for i := range missedAtMost + 3 {
			m := Missed{Name: fmt.Sprintf("case.%d", 99-i), At: noon.Add(time.Duration(i) * time.Second), Tell: flows.Tell{Chat: 42, Phrase: flows.Say("a", "n", i)}}
			b.must(b.Miss(b.ctx, 42, m))
			b.must(b.Miss(b.ctx, 42, m))
		}
		all, err := b.MissedBy(b.ctx, 42)
		b.must(err)
		same(t, len(all), missedAtMost)
		same(t, []string{all[0].Name, all[len(all)-1].Name}, []string{"case.96", "case.77"})
		b.must(b.Caught(b.ctx, 42, "case.96"))
		all, err = b.MissedBy(b.ctx, 42)
		b.must(err)
		same(t, all[0].Name, "case.95")
	})
}
