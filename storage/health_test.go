package storage

import (
	"context"
	"testing"

	"guiwei/storage/storagetest"
)

func TestHealthIsToldOrUnknown(t *testing.T) {
	t.Parallel()
	b := open(t, storagetest.Server(t), storagetest.Prefix(t))
	got := b.health()
	same(t, []string{got[0].AppendOnly, got[0].AppendFsync, got[0].Eviction}, []string{"yes", "always", "noeviction"})
	if !got[0].SkewKnown || got[0].Skew.Abs().Seconds() > 5 {
		t.Errorf("clock skew %v, known %v", got[0].Skew, got[0].SkewKnown)
	}
	same(t, len(open(t, storagetest.Cluster(t), storagetest.Prefix(t)).health()), 3)
	got = open(t, storagetest.InProcess(t), "").health()
	same(t, []string{got[0].AppendOnly, got[0].Eviction}, []string{Unknown, Unknown})
}

func (b *bench) health() []Health {
	b.t.Helper()
	h, err := b.Health(context.WithoutCancel(b.ctx))
	b.must(err)
	return h
}
