package storage

import (
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"guiwei/flows"
	"guiwei/storage/storagetest"
)

// BenchmarkUpdate is what an update costs in Redis: Load, Commit with one effect, Done, each in a chat of its own.
// Redis writes its log at every commit (appendfsync always).
func BenchmarkUpdate(b *testing.B) {
	for name, start := range map[string]func(testing.TB) string{
		"single": storagetest.Server, "cluster": storagetest.Cluster, "inprocess": storagetest.InProcess,
	} {
		b.Run(name, func(b *testing.B) {
			s := open(b, start(b), storagetest.Prefix(b))
			var chats atomic.Int64
			before := s.Trips()
			b.SetParallelism(16)
			b.ResetTimer()
			b.RunParallel(func(pb *testing.PB) {
				for version, chat := int64(0), chats.Add(1); pb.Next(); version++ {
					s.update(chat, version)
				}
			})
			b.ReportMetric(float64(s.Trips()-before)/float64(b.N), "trips/op")
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "updates/s")
		})
	}
}

func (b *bench) update(chat, version int64) {
	input := fmt.Sprintf("u%d", version)
	l, err := b.Load(b.ctx, chat, input)
	if err != nil || l.Version != version {
		b.t.Errorf("load version %d: %d, %v", version, l.Version, err)
		return
	}
	l.Conversation.Frames = []flows.Frame{{ID: 1, Flow: "register", State: "name", Draft: []byte(`{"phone":"+8613900000042"}`)}}
	_, err = b.Commit(b.ctx, Commit{Chat: chat, Version: l.Version, Input: input, Conversation: l.Conversation,
		Effects: []flows.Effect{tell("register.name.ask")}, Now: noon, Lease: time.Minute})
	if err != nil {
		b.t.Errorf("commit: %v", err)
	}
	if _, err := b.Done(b.ctx, Owner{Chat: chat}, input, 1); err != nil {
		b.t.Errorf("done: %v", err)
	}
}
