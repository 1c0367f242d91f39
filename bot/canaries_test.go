package main_test

import (
	"bytes"
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/rogpeppe/go-internal/txtar"
)

// Rows: P36 T23 T24 F22
//
// TestNoSecretsAnywhere plays the main story and then reads all that a thief of the machine would: Redis' files, every key
// and value, the photo folder, everything the bot printed, down to what it prints when it crashes, and its figures. None of
// what people told may be found there, nor the token, nor where Telegram keeps a picture.
func TestNoSecretsAnywhere(t *testing.T) {
	t.Parallel()
	story, err := txtar.ParseFile("testdata/script/main.txtar")
	if err != nil {
		t.Fatal(err)
	}
	p := set(t, cell{mode: byPolling, replicas: 1}, story.Files, newSeed(t))
	p.env = append(p.env, "METRICS_LISTEN="+freeAddress(t), "LOG_LEVEL=DEBUG", "GOTRACEBACK=all")
	p.startAll()
	p.script("main.txtar", string(story.Comment))
	figures, _ := p.ask("http://" + p.setting("METRICS_LISTEN") + "/metrics")
	p.crashes()
	printed := []byte(p.logs.String())
	if !bytes.Contains(printed, []byte("goroutine 1 ")) {
		t.Error("the bot did not crash in words")
	}
	p.turnsKeys()
	told := p.canaries()
	places := map[string][]byte{
		"redis' files": p.redis.Disk(t), "redis' values": p.values(), "the photo folder": p.folder("photos"), "the log": printed, "the figures": []byte(figures),
	}
	size := 0
	for place, content := range places {
		size += len(content)
		if len(content) < 1000 && place != "the photo folder" {
			t.Errorf("%s: only %d bytes to look at", place, len(content))
		}
		p.free(place, content, told)
		if place == "the log" || place == "the figures" {
			p.free(place, content, p.blobs())
		}
		planted := slices.Concat(content, []byte("\r\n"+told[0]+"\r\n"))
		if find(planted, told[0]) < 0 {
			t.Errorf("%s: a planted canary was not found", place)
		}
	}
	t.Logf("%d strings looked for in %d bytes", len(told), size)
}

// turnsKeys has all that the story stored sealed under another key: whoever seals something new and does not say about what
// leaves it behind.
func (p *play) turnsKeys() {
	p.t.Helper()
	file, long := p.setting("KEYS_FILE"), time.Now().Add(-time.Hour)
	for _, step := range []struct{ do, says string }{{"add", "newer"}, {"promote", "older"}, {"rewrite", "Nothing is sealed under an older key"}} {
		if err := os.Chtimes(file, long, long); err != nil {
			p.t.Fatal(err)
		}
		if out, err := p.command("keys", step.do); err != nil || !bytes.Contains(out, []byte(step.says)) {
			p.t.Errorf("keys %s: %v\n%s", step.do, err, out)
		}
	}
}

// free fails where a canary stands in a place.
func (p *play) free(place string, content []byte, canaries []string) {
	p.t.Helper()
	for _, c := range canaries {
		if at := find(content, c); at >= 0 {
			p.t.Errorf("%s: a secret of %d characters at byte %d", place, utf8.RuneCountInString(c), at)
		}
	}
}

// keepsSilence fails where what people told stands in what the bots of a story printed.
func (p *play) keepsSilence() {
	p.t.Helper()
	p.free("the log", []byte(p.logs.String()), p.canaries())
}

// crashes has each bot die of a signal that makes it print all it is at.
func (p *play) crashes() {
	p.t.Helper()
	for _, b := range p.bots {
		if err := b.process.Signal(syscall.SIGQUIT); err != nil {
			p.t.Error(err)
		}
		<-b.gone
	}
}

// canaries are the whole fields that people told, the codes they got, where Telegram keeps their pictures, and the bot's own
// secrets.
func (p *play) canaries() []string {
	all := []string{botToken, strings.Split(botToken, ":")[1], hookSecret, "2024010142", "24990101150042", "物流2401"}
	for _, f := range cast() {
		all = append(all, f.name, f.id, f.phone, strings.TrimPrefix(f.phone, "+"), strings.TrimPrefix(f.phone, "+86"), f.password,
			f.mother, f.father, f.teacher, f.email)
	}
	for _, l := range p.sim.Inbox("") {
		all = append(all, sixDigits.FindString(l.Text))
	}
	for _, c := range p.sim.Calls(0) {
		all = append(all, c.Params["file_id"])
	}
	slices.Sort(all)
	return slices.DeleteFunc(slices.Compact(all), func(s string) bool { return len(s) < 5 })
}

// blobs are the names of the stored pictures.
func (p *play) blobs() []string {
	var names []string
	for _, b := range regexp.MustCompile(`[0-9a-f]{32}`).FindAll(p.folder("photos"), -1) {
		names = append(names, string(b))
	}
	return names
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
