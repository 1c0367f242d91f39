package main_test

import (
	"bytes"
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

// Rows: P36 T23 T24
//
// TestNoSecretsAnywhere plays the main story and then reads all that a thief of the machine would: Redis' files, every key
// and value, the photo folder, everything the bot printed. None of what people told may be found there, nor the token.
func TestNoSecretsAnywhere(t *testing.T) {
	t.Parallel()
	p := tell(t, cell{mode: byPolling, replicas: 1}, "testdata/script/main.txtar")
	p.restart(nil) //nolint:errcheck // a failure shows in the story's own run
	canaries := p.canaries()
	places := map[string][]byte{
		"redis' files": p.redis.Disk(t), "redis' values": p.values(), "the photo folder": p.folder("photos"), "the log": []byte(p.logs.String()),
	}
	size := 0
	for place, content := range places {
		size += len(content)
		if len(content) < 1000 && place != "the photo folder" {
			t.Errorf("%s: only %d bytes to look at", place, len(content))
		}
		for _, c := range canaries {
			if at := find(content, c); at >= 0 {
				t.Errorf("%s: a secret of kind %d characters at byte %d", place, utf8.RuneCountInString(c), at)
			}
		}
		planted := slices.Concat(content, []byte("\r\n"+canaries[0]+"\r\n"))
		if find(planted, canaries[0]) < 0 {
			t.Errorf("%s: a planted canary was not found", place)
		}
	}
	t.Logf("%d strings looked for in %d bytes", len(canaries), size)
}

// canaries are the whole fields that people told, the codes they got, and the bot's own secrets.
func (p *play) canaries() []string {
	all := []string{botToken, strings.Split(botToken, ":")[1], hookSecret, "2024010142", "24990101150042"}
	for _, user := range []int64{40, 42} {
		f := castOf(user)
		all = append(all, f.name, f.id, f.phone, strings.TrimPrefix(f.phone, "+"), strings.TrimPrefix(f.phone, "+86"), f.password,
			f.mother, f.father, f.teacher)
		if f.email != "" {
			all = append(all, f.email)
		}
	}
	for _, l := range p.sim.Inbox("") {
		if code := sixDigits.FindString(l.Text); code != "" {
			all = append(all, code)
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// find looks for a canary as a whole field: no letter or digit stands beside it. Chinese is found wherever it stands.
func find(content []byte, canary string) int {
	for from := 0; ; {
		at := bytes.Index(content[from:], []byte(canary))
		if at < 0 {
			return -1
		}
		at += from
		before, _ := utf8.DecodeLastRune(content[:at])
		after, _ := utf8.DecodeRune(content[at+len(canary):])
		if !plain(before) && !plain(after) || canary[0] >= utf8.RuneSelf {
			return at
		}
		from = at + 1
	}
}

func plain(r rune) bool { return r < utf8.RuneSelf && (unicode.IsLetter(r) || unicode.IsDigit(r)) }

// values dumps every key with its value.
func (p *play) values() []byte {
	ctx := context.Background()
	var all bytes.Buffer
	for keys := p.rdb.Scan(ctx, 0, "*", 1000).Iterator(); keys.Next(ctx); {
		all.WriteString(keys.Val() + "\n")
		switch kind := p.rdb.Type(ctx, keys.Val()).Val(); kind {
		case "string":
			all.WriteString(p.rdb.Get(ctx, keys.Val()).Val() + "\n")
		case "hash":
			for field, value := range p.rdb.HGetAll(ctx, keys.Val()).Val() {
				all.WriteString(field + "\n" + value + "\n")
			}
		case "list":
			all.WriteString(strings.Join(p.rdb.LRange(ctx, keys.Val(), 0, -1).Val(), "\n"))
		case "set":
			all.WriteString(strings.Join(p.rdb.SMembers(ctx, keys.Val()).Val(), "\n"))
		case "zset":
			all.WriteString(strings.Join(p.rdb.ZRange(ctx, keys.Val(), 0, -1).Val(), "\n"))
		default:
			p.t.Errorf("a key of kind %s is not looked at", kind)
		}
	}
	return all.Bytes()
}

// folder reads every file below a folder of the story, names included.
func (p *play) folder(name string) []byte {
	var all bytes.Buffer
	below := os.DirFS(filepath.Join(p.dir, name))
	err := fs.WalkDir(below, ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.Type().IsRegular() {
			return err
		}
		content, err := fs.ReadFile(below, path)
		all.WriteString(path + "\n")
		all.Write(content)
		return err
	})
	if err != nil {
		p.t.Fatal(err)
	}
	return all.Bytes()
}
