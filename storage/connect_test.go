package storage

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"guiwei/storage/storagetest"
)

func TestURLsAreReadAndNeverQuoted(t *testing.T) {
	t.Parallel()
	for url, want := range map[string]string{
		"redis://h:1/2":                            "[h:1] 2 false ",
		"redis://u:pw@h":                           "[h:6379] 0 false ",
		"rediss://h:1":                             "[h:1] 0 false  tls",
		"redis+cluster://a:1,b:2,c":                "[a:1 b:2 c:6379] 0 true ",
		"redis+cluster://u:pw@a:1,b:2/":            "[a:1 b:2] 0 true ",
		"rediss+cluster://a:1":                     "[a:1] 0 true  tls",
		"redis+cluster://a:1,b:2?prefix=x:":        "[a:1 b:2] 0 true ",
		"redis+sentinel://a:1,b:2?master=m":        "[a:1 b:2] 0 false m",
		"redis+sentinel://u:pw@a:1,b:2/3?master=m": "[a:1 b:2] 3 false m",
	} {
		o, err := parseURL(url)
		if err != nil {
			t.Errorf("%s: %v", url, err)
			continue
		}
		got := fmt.Sprintf("%v %d %v %s", o.Addrs, o.DB, o.IsClusterMode, o.MasterName)
		if o.TLSConfig != nil {
			got += " tls"
		}
		same(t, got, want)
		if strings.Contains(url, "pw@") {
			same(t, []string{o.Username, o.Password}, []string{"u", "pw"})
		}
	}
	for _, url := range []string{"", "http://secret@h", "redis://a:1,b:2", "redis+sentinel://secret@a", "redis+ring://a",
		"redis://h/x", "redis+cluster://a/1", "redis://secret:secret@h:x%"} {
		_, err := parseURL(url)
		if err == nil {
			t.Errorf("%s: taken", url)
			continue
		}
		if strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: quoted in %v", url, err)
		}
	}
}

// Two bots share a Redis, and a cluster has no second database: what one stores, the other does not see.
func TestAPrefixInTheURLPartsTwoBots(t *testing.T) {
	t.Parallel()
	for kind, url := range map[string]string{"single": storagetest.Server(t), "cluster": storagetest.Cluster(t)} {
		one, other := storagetest.Prefix(t), storagetest.Prefix(t)
		a, b := open(t, url+"?prefix="+one, ""), open(t, url+"?prefix="+other, "")
		held, err := a.Hold(a.ctx, "poller", "a", time.Minute)
		a.must(err)
		alsoHeld, err := b.Hold(b.ctx, "poller", "b", time.Minute)
		b.must(err)
		if !held || !alsoHeld {
			t.Errorf("%s: held %v and %v", kind, held, alsoHeld)
		}
		same(t, a.rdb.Exists(a.ctx, one+"{g}:lease:poller").Val(), int64(1))
	}
	_, err := Open(t.Context(), Options{URL: "redis://127.0.0.1:1?prefix={x}", Vault: newVault(t)})
	if err == nil || !strings.Contains(err.Error(), "braces") {
		t.Errorf("a prefix with braces: %v", err)
	}
}

func TestOtherKeysDoNotOpenTheStore(t *testing.T) {
	t.Parallel()
	url, prefix := storagetest.Server(t), storagetest.Prefix(t)
	b := open(t, url, prefix)
	_, err := Open(b.ctx, Options{URL: url, Vault: newVault(t), Prefix: prefix})
	wantErr(t, err, ErrLayout)
	again, err := Open(b.ctx, Options{URL: url, Vault: b.vault, Prefix: prefix})
	b.must(err)
	b.must(again.Close())
	b.must(b.rdb.HSet(b.ctx, b.keys.meta(), "people", 512).Err())
	_, err = Open(b.ctx, Options{URL: url, Vault: b.vault, Prefix: prefix})
	wantErr(t, err, ErrLayout)
}
