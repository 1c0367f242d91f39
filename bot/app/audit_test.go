package app

import (
	"encoding/csv"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"guiwei/storage"
	"guiwei/storage/storagetest"
	"guiwei/storage/vault"
)

// Rows: P34 T3 T17
func TestTheAuditIsVerifiedAndExportedByACommand(t *testing.T) {
	dir := t.TempDir()
	keys, kept := filepath.Join(dir, "keys.json"), filepath.Join(dir, "audit.json")
	if code, _, err := bot(t, nil, "keygen", keys); code != 0 {
		t.Fatal(err)
	}
	environ := map[string]string{"REDIS_URL": storagetest.Own(t).URL, "KEYS_FILE": keys}
	v, err := vault.OpenFile(keys)
	if err != nil {
		t.Fatal(err)
	}
	store, err := storage.Open(t.Context(), storage.Options{URL: environ["REDIS_URL"], Vault: v})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	at := time.Date(2026, 11, 24, 10, 0, 0, 0, time.UTC)
	for i, d := range []storage.Deed{{By: 7000000001, Do: "view", Case: "203-17", Version: 2},
		{By: 7000000001, Do: "refuse", Case: "203-17", Version: 2, Why: "blurred,edited"}, {By: 1, Do: "=grant()", Of: 8000000001}} {
		d.At = at
		if err := store.NoteDeed(t.Context(), "op"+string(rune('a'+i)), d); err != nil {
			t.Fatal(err)
		}
	}
	code, out, fault := bot(t, environ, "audit", "verify")
	if code != 0 || !strings.HasPrefix(out, "3 rows, none changed") {
		t.Fatalf("verify: %d %s %s", code, out, fault)
	}
	_, out, _ = bot(t, nil, "audit", "checkpoint")
	if err := os.WriteFile(kept, []byte(out), 0o600); err != nil {
		t.Fatal(err)
	}
	_, out, _ = bot(t, nil, "audit", "export")
	rows, err := csv.NewReader(strings.NewReader(out)).ReadAll()
	if err != nil || len(rows) != 4 {
		t.Fatalf("%v: %s", err, out)
	}
	seven := v.Alias("7000000001")
	if want := []string{"p203", "2", "2026-11-24T10:00:00Z", seven, "refuse", "203-17", "2", "blurred,edited", ""}; !slices.Equal(rows[3], want) {
		t.Errorf("row %q, want %q", rows[3], want)
	}
	if strings.Contains(out, "7000000001") || !strings.Contains(out, "'=grant()") {
		t.Errorf("unmasked, or a formula:\n%s", out)
	}
	if _, out, _ = bot(t, nil, "audit", "export", "--user", "7000000001"); strings.Count(out, "\n") != 3 {
		t.Errorf("one user's: %s", out)
	}
	opts, err := redis.ParseURL(environ["REDIS_URL"])
	if err != nil {
		t.Fatal(err)
	}
	raw := redis.NewClient(opts)
	t.Cleanup(func() { _ = raw.Close() })
	whole := raw.LRange(t.Context(), "{p203}:audit", 0, -1).Val()
	flipped := []byte(whole[1])
	flipped[30] ^= 1
	raw.LSet(t.Context(), "{p203}:audit", 1, flipped)
	if code, out, _ = bot(t, nil, "audit", "verify"); code == 0 || !strings.Contains(out, "shard p203, row 2: was changed") {
		t.Errorf("a flipped byte: %d %s", code, out)
	}
	raw.RPop(t.Context(), "{p203}:audit")
	raw.Del(t.Context(), "{g}:audit_heads") // whoever cuts the chain takes Redis's own checkpoint too
	if code, out, _ = bot(t, nil, "audit", "verify"); code != 0 {
		t.Errorf("without a checkpoint a cut is not seen, and this one was: %s", out)
	}
	if code, out, _ = bot(t, nil, "audit", "verify", "--since", kept); code == 0 || !strings.Contains(out, "cut short: 1 rows") {
		t.Errorf("a cut chain: %d %s", code, out)
	}
}

// Rows: T17
func TestNoCellIsAFormula(t *testing.T) {
	t.Parallel()
	for _, c := range []string{"=HYPERLINK(1)", "+8613900000042", "-1", "@SUM(A1)", "\tx", "\rx", "\nx", "\x00x"} {
		if got := cells(c)[0]; got != "'"+c {
			t.Errorf("%q stays %q", c, got)
		}
	}
	if got := cells("", "203-17", "990101199001010011"); !slices.Equal(got, []string{"", "203-17", "990101199001010011"}) {
		t.Errorf("changed: %q", got)
	}
}
