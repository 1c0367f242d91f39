package app

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"image/jpeg"
	"io"
	"math/rand/v2"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/disintegration/imaging"

	"guiwei/flows"
	"guiwei/flows/evidence"
	"guiwei/storage"
	"guiwei/storage/storagetest"
	"guiwei/storage/vault"
)

// rush is how many students send their two pictures, at which rate and how large, and how many others talk meanwhile.
type rush struct {
	pairs  int
	rate   float64 // pairs a second, at chance
	side   int     // of a picture, pixels; 0: as the demo's are
	texts  int
	within time.Duration // from a picture to its answer, at the latest
}

// gallery is a crowd whose people send pictures too: Telegram has two files, and every student's answer is awaited.
type gallery struct {
	*crowd
	files map[string][]byte
	mu    sync.Mutex
	heard map[int64]chan struct{} // by chat: an answer under a picture
	asked map[string]int          // by file: how often it was asked for
	times times                   // from picture to answer
}

func newGallery(tb testing.TB, r rush, v *vault.Vault) *gallery {
	tb.Helper()
	g := &gallery{crowd: newCrowd(tb, r.texts, v), files: map[string][]byte{}, heard: map[int64]chan struct{}{}, asked: map[string]int{}}
	for _, name := range []string{"front.jpg", "back.jpg"} {
		raw, err := os.ReadFile(filepath.Join("demo", name))
		if err != nil {
			tb.Fatal(err)
		}
		g.files[name] = resized(tb, raw, r.side)
	}
	api := httptest.NewServer(http.HandlerFunc(g.serve))
	tb.Cleanup(api.Close)
	g.api = api
	return g
}

// resized is a picture at another size, 0 for its own.
func resized(tb testing.TB, raw []byte, side int) []byte {
	tb.Helper()
	if side == 0 {
		return raw
	}
	pic, err := jpeg.Decode(bytes.NewReader(raw))
	if err != nil {
		tb.Fatal(err)
	}
	var out bytes.Buffer
	if err := imaging.Encode(&out, imaging.Resize(pic, 0, side, imaging.CatmullRom), imaging.JPEG, imaging.JPEGQuality(92)); err != nil {
		tb.Fatal(err)
	}
	return out.Bytes()
}

// serve is Telegram: what concerns pictures here, the rest as the silent one answers it.
func (g *gallery) serve(w http.ResponseWriter, r *http.Request) {
	name := path.Base(r.URL.Path)
	if raw, ok := g.files[name]; ok {
		_, _ = w.Write(raw)
		return
	}
	switch name {
	case "getFile":
		id := r.FormValue("file_id")
		g.mu.Lock()
		g.asked[id]++
		g.mu.Unlock()
		for file, raw := range g.files {
			if strings.HasPrefix(id, file+"~") {
				fmt.Fprintf(w, `{"ok":true,"result":{"file_id":%q,"file_unique_id":%q,"file_size":%d,"file_path":%q}}`, file, file, len(raw), file)
			}
		}
	case "sendChatAction":
		_, _ = io.WriteString(w, `{"ok":true,"result":true}`)
	case "sendPhoto":
		r.Body = http.MaxBytesReader(w, r.Body, 1<<20)
		if err := r.ParseMultipartForm(1 << 20); err != nil { //nolint:gosec // bounded by the line above
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		fmt.Fprintf(w, `{"ok":true,"result":{"message_id":%d,"date":1,"chat":{"id":1,"type":"private"}}}`, g.ids.Add(1))
		if slices.Contains(names(r.MultipartForm.File), "shown.jpg") { // not a sample
			g.answered(number(r.FormValue("chat_id")))
		}
	default:
		g.answer(w, r)
	}
}

// names are those of the files that came along.
func names(files map[string][]*multipart.FileHeader) (list []string) {
	for _, headers := range files {
		for _, h := range headers {
			list = append(list, h.Filename)
		}
	}
	return list
}

func (g *gallery) answered(chat int64) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if heard := g.heard[chat]; heard != nil {
		heard <- struct{}{}
	}
}

// student brings a chat with an account to where the front is asked for.
func (g *gallery) student(tb testing.TB, store *storage.Store, i int) int64 {
	tb.Helper()
	now := time.Now()
	if err := account(tb, store, g.vault, i, now); err != nil {
		tb.Fatal(err)
	}
	chat := int64(1_000_000_000 + i)
	was, err := store.Load(tb.Context(), chat, "look")
	if err != nil {
		tb.Fatal(err)
	}
	login := flows.Login{Account: flows.AccountRef{Person: g.vault.Person("resident", fmt.Sprintf("9901012000%08d", i)),
		ID: storage.AccountID(fmt.Sprintf("fill%d", i))}, State: flows.AccountActive}
	draft, err := json.Marshal(evidence.Draft{Login: login})
	if err != nil {
		tb.Fatal(err)
	}
	c := was.Conversation
	c.Login, c.Serial = &login, 2
	c.Frames = append(c.Frames, flows.Frame{ID: 2, Flow: "evidence", Version: 2, State: "front", Draft: draft, At: now})
	if _, err := store.Commit(tb.Context(), storage.Commit{Chat: chat, Version: was.Version, Input: "front", Conversation: c, Now: now}); err != nil {
		tb.Fatal(err)
	}
	g.heard[chat] = make(chan struct{}, 8)
	return chat
}

// pair sends a student's front, and the back when that is answered; a picture that has no answer in time is lost.
func (g *gallery) pair(ctx context.Context, chat int64, within time.Duration) error {
	for _, name := range []string{"front.jpg", "back.jpg"} {
		began := time.Now()
		if _, err := g.post(ctx, g.picture(chat, name)); err != nil {
			return err
		}
		late := time.NewTimer(within)
		select {
		case <-g.heard[chat]:
			late.Stop()
		case <-late.C:
			return fmt.Errorf("%s of %d has no answer", name, chat)
		}
		g.mu.Lock()
		g.times = append(g.times, time.Since(began))
		g.mu.Unlock()
	}
	return nil
}

func (g *gallery) picture(chat int64, name string) string {
	id := g.update.Add(1)
	return fmt.Sprintf(`{"update_id":%d,"message":{"message_id":%d,"date":1,"chat":{"id":%d,"type":"private"},`+
		`"from":{"id":%d,"is_bot":false,"first_name":"A","language_code":"zh-hans"},"document":{"file_id":"%s~%d","file_unique_id":"%s%d",`+
		`"file_name":"IMG_1.jpg","mime_type":"image/jpeg","file_size":%d}}}`, id, id, chat, chat, name, id, name, id, len(g.files[name]))
}

// run lets pairs come at chance, whether or not the bot keeps up, and others talk beside; it returns when all are answered.
func (g *gallery) run(tb testing.TB, r rush, chats []int64, chance *rand.Rand) (answered times) {
	tb.Helper()
	ctx, cancel := context.WithTimeout(tb.Context(), r.within+4*time.Minute)
	defer cancel()
	talk := make(chan error, 1)
	pace := float64(r.texts) / (float64(r.pairs) / r.rate)
	aside := rand.New(rand.NewPCG(chance.Uint64(), 1)) //nolint:gosec // chance, not secrecy
	go func() {
		var err error
		_, answered, err = g.stream(ctx, upTo(r.texts), pace, aside)
		talk <- err
	}()
	var all sync.WaitGroup
	for _, chat := range chats {
		_ = wall{}.Sleep(ctx, time.Duration(chance.ExpFloat64()/r.rate*float64(time.Second)))
		all.Go(func() {
			if err := g.pair(ctx, chat, r.within); err != nil {
				tb.Error(err)
			}
		})
	}
	if err := <-talk; err != nil {
		tb.Error(err)
	}
	all.Wait()
	return answered
}

func upTo(n int) []int {
	list := make([]int, n)
	for i := range list {
		list[i] = i
	}
	return list
}

// TestPicturesComingInARushAreAllAnswered has students send pairs to a bot in a process of its own while others talk. With PROOF=1
// ten pairs a second for a minute, as large as a phone makes them: then the others' words come within 250 ms too.
func TestPicturesComingInARushAreAllAnswered(t *testing.T) {
	t.Parallel()
	rushes := map[string]rush{"short": {pairs: 8, rate: 20, side: 640, texts: 40, within: time.Minute}}
	if full() {
		rushes = map[string]rush{
			"1280 px": {pairs: 600, rate: 10, texts: 1200, within: 10 * time.Minute},
			"12 MP":   {pairs: 600, rate: 10, side: 4032, texts: 1200, within: 15 * time.Minute},
		}
	}
	for name, r := range rushes {
		t.Run(name, func(t *testing.T) { r.hold(t, name) })
	}
}

func (r rush) hold(t *testing.T, name string) {
	dir, v := keys(t)
	node, g := storagetest.Own(t), newGallery(t, r, v)
	store, err := storage.Open(t.Context(), storage.Options{URL: node.URL, Vault: v})
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	chats := make([]int64, r.pairs)
	for i := range chats {
		chats[i] = g.student(t, store, i)
	}
	bot := begin(t, stall{Bot: "ours", API: g.api.URL, Redis: node.URL, Dir: dir, Judge: "strict"})
	g.hook = bot.url + "/hook"
	seed := rand.Uint64()
	before, began := bot.cost(t), time.Now()
	texts := g.run(t, r, chats, rand.New(rand.NewPCG(seed, 2))) //nolint:gosec // chance, not secrecy
	after, took := bot.cost(t), time.Since(began)
	kept, err := os.ReadDir(filepath.Join(dir, "photos"))
	if err != nil || len(kept) != 2*r.pairs {
		t.Errorf("%d pictures kept of %d pairs, %v (seed %d)", len(kept), r.pairs, err, seed)
	}
	if after.Peak > 512 {
		t.Errorf("%.0f MiB resident at the most (seed %d)", after.Peak, seed)
	}
	if p99 := texts.at(.99); full() && p99 > 250*time.Millisecond {
		t.Errorf("others had their words after %s in the 99th percentile (seed %d)", p99, seed)
	}
	slices.Sort(g.times)
	t.Logf("pairs of photos, %s: %d pairs at %.0f/s answered in %s; a picture's answer p50 %s, p99 %s; words of others p50 %s, p99 %s; RSS %.0f MiB; CPU %.0f ms a pair", name,
		r.pairs, r.rate, took.Round(time.Second), ms(g.times.at(.5)), ms(g.times.at(.99)), ms(texts.at(.5)), ms(texts.at(.99)), after.Peak,
		float64((after.CPU-before.CPU).Milliseconds())/float64(r.pairs))
	if strings.Contains(name, "MP") {
		t.Logf("pictures of %d bytes", len(g.files["front.jpg"]))
	}
}

func ms(d time.Duration) time.Duration { return d.Round(time.Millisecond) }
