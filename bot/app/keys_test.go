package app

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"guiwei/bot/config"
	"guiwei/flows"
	"guiwei/storage"
	"guiwei/storage/photos"
	"guiwei/storage/storagetest"
	"guiwei/storage/vault"
)

// Rows: F22 P36
//
// TestKeysAreChangedByCommand adds, promotes, rewrites and drops as an operator does; a replica that runs all the time reads
// everything at every step.
func TestKeysAreChangedByCommand(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "keys.json")
	environ := map[string]string{"REDIS_URL": storagetest.Own(t).URL, "KEYS_FILE": file, "PHOTOS_URL": "file:" + filepath.Join(dir, "photos")}
	command := func(want string, args ...string) string {
		t.Helper()
		code, out, err := bot(t, environ, append([]string{"keys"}, args...)...)
		if !strings.Contains(out+err, want) {
			t.Fatalf("keys %v: %d, want %q in\n%s%s", args, code, want, out, err)
		}
		environ = nil
		return out + err
	}
	if code, _, err := bot(t, environ, "keygen", file); code != 0 {
		t.Fatal(err)
	}
	was, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	a := runs(t, environ)
	ref, blob := a.keeps(t)
	for _, step := range []struct{ do, says string }{
		{"add", "newer"}, {"promote", "in use"}, {"rewrite", "1 photos sealed anew"}, {"drop", "out of the file"},
	} {
		if step.do == "promote" || step.do == "drop" {
			age(t, file, 0)
			command("wait until every replica", step.do)
		}
		age(t, file, time.Minute)
		if step.do == "rewrite" {
			command("still sealed under an older key", "drop")
			age(t, file, time.Minute)
		}
		command(step.says, step.do)
		a.known = a.rereadKeys(t.Context(), a.known)
		a.reads(t, ref, blob)
	}
	if out := command("in use", "list"); strings.Count(out, "\n") != 2 {
		t.Errorf("keys left:\n%s", out)
	}
	if now, _ := os.ReadFile(file); bytes.Equal(was, now) {
		t.Error("the file is the old one")
	}
	age(t, file, time.Minute)
	if err := os.WriteFile(file, []byte("{}"), 0o600); err != nil {
		t.Fatal(err)
	}
	a.known = a.rereadKeys(t.Context(), a.known) // a file that does not read changes nothing
	a.reads(t, ref, blob)
}

// replicaOfKeys is a replica as far as keys go.
type replicaOfKeys struct {
	App
	known []byte
}

func runs(t *testing.T, environ map[string]string) *replicaOfKeys {
	t.Helper()
	a := &replicaOfKeys{App: App{config: config.Config{KeysFile: environ["KEYS_FILE"]}, log: slog.New(slog.NewTextHandler(io.Discard, nil))}}
	var err error
	if a.known, err = vault.ReadFile(a.config.KeysFile); err == nil {
		a.vault, err = vault.Open(a.known)
	}
	if err == nil {
		a.store, err = storage.Open(t.Context(), storage.Options{URL: environ["REDIS_URL"], Vault: a.vault})
	}
	if err == nil {
		a.photos, err = photos.Open(environ["PHOTOS_URL"], a.vault)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(a.Close)
	return a
}

// keeps stores an account, and a draft with a photo.
func (a *replicaOfKeys) keeps(t *testing.T) (ref flows.AccountRef, blob string) {
	t.Helper()
	ctx, now := t.Context(), time.Now()
	ref = flows.AccountRef{Person: a.vault.Person("resident", "990101200603150014"), ID: "a1"}
	_, err := a.store.OpenAccount(ctx, "op", flows.Account{Ref: ref, Chat: 42, Created: now, Applicant: flows.Applicant{Name: "林小树"}}, false, now)
	if err == nil {
		blob, err = a.store.KeepBlob(ctx, "op", ref.Person, 42, now)
	}
	if err == nil {
		err = a.photos.PutAs(ctx, blob, string(ref.Person)+"|front", []byte("a photo"))
	}
	if err == nil {
		_, err = a.store.Commit(ctx, storage.Commit{Chat: 42, Input: "u1", Now: now, Conversation: flows.Conversation{Chat: 42,
			Login: &flows.Login{Account: ref}}})
	}
	if err != nil {
		t.Fatal(err)
	}
	return ref, blob
}

// reads finds what was stored, and stores something new.
func (a *replicaOfKeys) reads(t *testing.T, ref flows.AccountRef, blob string) {
	t.Helper()
	ctx := context.WithoutCancel(t.Context())
	account, _, err := a.store.Account(ctx, ref)
	if err != nil || account.Name != "林小树" {
		t.Fatalf("account %+v, %v", account, err)
	}
	if jpeg, err := a.photos.Get(ctx, string(ref.Person)+"|front", blob); err != nil || string(jpeg) != "a photo" {
		t.Fatalf("photo %q, %v", jpeg, err)
	}
	l, err := a.store.Load(ctx, 42, "look")
	if err != nil || l.Conversation.Login == nil {
		t.Fatalf("conversation %+v, %v", l, err)
	}
}

// age makes a file so old.
func age(t *testing.T, file string, d time.Duration) {
	t.Helper()
	at := time.Now().Add(-d)
	if err := os.Chtimes(file, at, at); err != nil {
		t.Fatal(err)
	}
}
