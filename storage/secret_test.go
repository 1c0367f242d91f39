package storage

import (
	"encoding/hex"
	"fmt"
	"strings"
	"testing"

	"guiwei/flows"
	"guiwei/storage/storagetest"
)

func TestDumpHoldsNothingInClear(t *testing.T) {
	t.Parallel()
	b := open(t, storagetest.InProcess(t), "dump:")
	run(t, b.Store, false, func() {})
	_, err := b.Commit(b.ctx, Commit{Chat: 43, Input: "u1", Now: noon,
		Conversation: flows.Conversation{Chat: 43, Frames: []flows.Frame{{Draft: []byte(`{"name":"欧阳测试"}`)}}},
		Effects:      []flows.Effect{flows.Hash{Plain: "Correct-Horse-7"}, flows.SendCode{Phone: phone, Code: "482913"}}})
	b.must(err)
	raw := b.raw()
	if len(raw) < 5000 {
		t.Fatalf("the dump has %d bytes only", len(raw))
	}
	wantNoCanary(t, raw)
}

// wantNoCanary looks for what the tests' people told, plain, in hex and escaped.
func wantNoCanary(t *testing.T, raw string) {
	t.Helper()
	canaries := []string{
		"欧阳测试", number1, phone, phone[3:], "nobody@example.test", "$argon2id", "Correct-Horse-7", "482913",
		"审核七", "审核八", `"phone"`, `"draft"`,
	}
	for _, c := range canaries {
		for _, form := range []string{c, hex.EncodeToString([]byte(c)), strings.Trim(fmt.Sprintf("%+q", c), `"`)} {
			if strings.Contains(raw, form) {
				t.Errorf("%d bytes of a canary stand in clear", len(c))
			}
		}
	}
	t.Logf("%d canaries looked for in %d bytes", len(canaries), len(raw))
}

// raw is every key and value of the store.
func (b *bench) raw() string {
	b.t.Helper()
	var text strings.Builder
	keys, err := b.rdb.Keys(b.ctx, "*").Result()
	b.must(err)
	for _, key := range keys {
		fmt.Fprintln(&text, key)
		b.rawValue(&text, key)
	}
	return text.String()
}

func (b *bench) rawValue(text *strings.Builder, key string) {
	switch kind := b.rdb.Type(b.ctx, key).Val(); kind {
	case "string":
		fmt.Fprintln(text, b.rdb.Get(b.ctx, key).Val())
	case "hash":
		for field, value := range b.rdb.HGetAll(b.ctx, key).Val() {
			fmt.Fprintln(text, field, value)
		}
	case "zset":
		fmt.Fprintln(text, b.rdb.ZRange(b.ctx, key, 0, -1).Val())
	case "list":
		fmt.Fprintln(text, b.rdb.LRange(b.ctx, key, 0, -1).Val())
	case "set":
		fmt.Fprintln(text, b.rdb.SMembers(b.ctx, key).Val())
	case "none": // its term ran out since the keys were listed
	default:
		b.t.Fatalf("a key of type %s", kind)
	}
}
