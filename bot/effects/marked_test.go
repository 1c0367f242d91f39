package effects_test

import (
	"bytes"
	"context"
	"encoding/json"
	"image"
	"image/jpeg"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"guiwei/bot/engine"
	"guiwei/bot/photo"
	"guiwei/bot/photo/samples"
	"guiwei/bot/sim"
	"guiwei/bot/telegram"
	"guiwei/flows"
	"guiwei/locales"
	"guiwei/storage"
	"guiwei/storage/storagetest"
)

// send lets the student send a picture, and gives the file as the bot gets it.
func (s *stage) send(raw []byte, as string) flows.File {
	s.t.Helper()
	if _, err := s.sim.Attach(sim.Attachment{User: student, Chat: student, As: as, Files: []sim.Photo{{Name: "IMG_1.jpg", Bytes: raw}}}); err != nil {
		s.t.Fatal(err)
	}
	var got struct {
		Result []json.RawMessage `json:"result"`
	}
	if err := json.Unmarshal(s.fetch("/bot"+token+"/getUpdates?offset=-1"), &got); err != nil || len(got.Result) == 0 {
		s.t.Fatalf("updates: %v", err)
	}
	u := must(telegram.DecodeUpdate(got.Result[len(got.Result)-1]))(s.t)
	if d := u.Message.Document; d != nil {
		return flows.File{ID: d.FileID, Unique: d.UniqueID, Document: true}
	}
	last := u.Message.Photo[len(u.Message.Photo)-1]
	return flows.File{ID: last.FileID, Unique: last.UniqueID}
}

func (s *stage) fetch(path string) []byte {
	s.t.Helper()
	req := must(http.NewRequestWithContext(s.t.Context(), http.MethodGet, s.url+path, nil))(s.t)
	resp := must(http.DefaultClient.Do(req))(s.t)
	defer resp.Body.Close() //nolint:errcheck // nothing was written
	return must(io.ReadAll(resp.Body))(s.t)
}

// glare refuses a picture for a place in its lower right quarter.
func glare(p photo.Picture) []photo.Finding {
	b := p.Image.Bounds()
	return []photo.Finding{{Reason: "glare", Verdict: photo.Reject, Box: image.Rect(b.Dx()/2, b.Dy()/2, b.Dx(), b.Dy())}}
}

// shown is the picture of the bot's last message to the student, its words and buttons.
func (s *stage) shown() (pic image.Image, raw []byte, words string, buttons int) {
	s.t.Helper()
	v := must(s.sim.Chat(student, false))(s.t)
	m := v.Messages[len(v.Messages)-1]
	if m.Photo == nil {
		return nil, nil, m.Plain, len(slices.Concat(m.Keyboard...))
	}
	raw = s.fetch(m.Photo.URL)
	return must(jpeg.Decode(bytes.NewReader(raw)))(s.t), raw, m.PlainCaption, len(slices.Concat(m.Keyboard...))
}

func answer(f flows.File, a flows.Examined) flows.Show {
	note, ask := flows.Say("photo.glare"), flows.Say("evidence.front.again", "today", 3, "total", 5)
	return flows.Show{Note: &note, Ask: &ask, Fresh: true, Lang: "zh-Hans", Buttons: [][]flows.Button{{flows.Act("retake")}},
		Marked: &flows.Marked{Pictures: []flows.MarkedFile{{File: f, Marks: a.Marks}}}}
}

// Rows: U20
func TestWhileAPictureIsLookedAtTheChatSaysSo(t *testing.T) {
	t.Parallel()
	s := setup(t)
	f := s.send(samples.Front(), "photo")
	before := len(s.sim.Calls(0))
	must(s.do(student, flows.Examine{File: f, Side: "front", Person: s.Vault.Person("resident", idNumber)}))(t)
	first := s.sim.Calls(0)[before]
	if first.Method != "sendChatAction" || first.Params["action"] != "upload_photo" {
		t.Errorf("first %s %v, want word that the picture is being looked at", first.Method, first.Params)
	}
}

// Rows: M4 U9
func TestTheAnswerToAPictureShowsItMarked(t *testing.T) {
	t.Parallel()
	s := setup(t)
	s.Room = photo.New(photo.Options{Judge: glare})
	f := s.send(samples.Front(), "photo")
	a := must(s.do(student, flows.Examine{File: f, Side: "front", Person: s.Vault.Person("resident", idNumber)}))(t).(flows.Examined)
	if a.Verdict != "reject" || len(a.Marks) != 1 || a.Marks[0] != (flows.Mark{Reason: "glare", Left: 500, Top: 500, Right: 1000, Bottom: 1000}) {
		t.Fatalf("examined %+v", a)
	}
	for _, again := range []string{"by who judged it", "anew, by another replica"} {
		must(s.do(student, answer(f, a)))(t)
		pic, raw, words, buttons := s.shown()
		if pic == nil || !strings.Contains(words, "反光") || !strings.Contains(words, "今天 3 次") || buttons != 1 {
			t.Fatalf("%s: %d bytes, %q, %d buttons", again, len(raw), words, buttons)
		}
		if b := pic.Bounds(); max(b.Dx(), b.Dy()) > photo.SmallSide || !amber(pic, b.Dx()/2, 3*b.Dy()/4) || amber(pic, b.Dx()/4, b.Dy()/4) {
			t.Errorf("%s: %v is not marked where it should be", again, b)
		}
	}
}

// amber looks for a mark's line across a point.
func amber(pic image.Image, x, y int) bool {
	for d := -14; d <= 14; d++ {
		r, g, b, _ := pic.At(x+d, y).RGBA()
		if r>>8 > 200 && g>>8 > 130 && g>>8 < 230 && b>>8 < 90 {
			return true
		}
	}
	return false
}

// Rows: P8
func TestAPictureThatIsInsistedOnIsKeptWithItsFlags(t *testing.T) {
	t.Parallel()
	s := setup(t)
	s.Room = photo.New(photo.Options{Judge: glare})
	f := s.send(samples.Front(), "document")
	f.Forward = true
	person := s.Vault.Person("resident", idNumber)
	a := must(s.do(student, flows.Examine{File: f, Side: "front", Person: person, Anyway: true}))(t).(flows.Examined)
	if got := strings.Join(a.Photo.Flags, " "); a.Verdict != "warn" || got != "anyway glare forwarded" {
		t.Errorf("%s, flags %q", a.Verdict, got)
	}
	if raw, err := s.Photos.Get(t.Context(), string(person)+"|front", a.Photo.Blob); err != nil || len(raw) != a.Photo.Bytes {
		t.Errorf("kept %d bytes, %v", len(raw), err)
	}
}

func TestWordsComeWithoutTheirPictureWhereItCannotBeHad(t *testing.T) {
	t.Parallel()
	s := setup(t)
	must(s.do(student, answer(flows.File{ID: "gone"}, flows.Examined{})))(t)
	if pic, _, words, buttons := s.shown(); pic != nil || !strings.Contains(words, "反光") || buttons != 1 {
		t.Errorf("says %q with %d buttons", words, buttons)
	}
	f := s.send(samples.Front(), "photo")
	if err := s.sim.Fault(sim.Fault{Method: "sendPhoto", Kind: "reset", Count: 1}); err != nil {
		t.Fatal(err)
	}
	if _, err := s.do(student, answer(f, flows.Examined{})); err == nil {
		t.Error("an answer that may be lost is taken as given")
	}
}

func TestAQuestionTooLongForACaptionFollowsThePicture(t *testing.T) {
	t.Parallel()
	s := setup(t)
	f := s.send(samples.Front(), "photo")
	e := answer(f, flows.Examined{})
	long := flows.Say("evidence.confirm.ask_uses", "today", 3, "total", 5, "uses", slices.Repeat([]flows.Phrase{flows.Say("use.conscription")}, 90))
	e.Ask = &long
	if n := len([]rune(locales.Plain("zh-Hans", "evidence.confirm.ask_uses", nil))); n > 1024 {
		t.Fatalf("%d characters", n)
	}
	out := must(s.Do(context.Background(), engine.Task{Owner: storage.Owner{Chat: student}, Op: "u", Effect: e, At: s.Clock.Now()}))(t)
	v := must(s.sim.Chat(student, false))(t)
	two := v.Messages[len(v.Messages)-2:]
	if two[0].Photo == nil || len(two[0].Keyboard) != 0 || two[1].Photo != nil || len(two[1].Keyboard) != 1 || out.Live != two[1].ID {
		t.Errorf("messages %+v", two)
	}
}

// kept counts the pictures in the store.
func (s *stage) kept() (n int) {
	err := s.Photos.List(s.t.Context(), func(string, time.Time) error { n++; return nil })
	if err != nil {
		s.t.Fatal(err)
	}
	return n
}

// rawKeys are the keys in Redis whose names hold a word, whatever storage calls them.
func (s *stage) rawKeys(word string) []string {
	opts := must(redis.ParseURL(storagetest.Server(s.t)))(s.t)
	rdb := redis.NewClient(opts)
	defer rdb.Close() //nolint:errcheck // nothing was written
	return must(rdb.Keys(s.t.Context(), s.prefix+"*"+word+"*").Result())(s.t)
}

// Rows: M11
func TestARehearsalKeepsNothingAndCountsNothing(t *testing.T) {
	t.Parallel()
	s := setup(t)
	f := s.send(samples.Front(), "photo")
	for range 20 {
		if a := must(s.do(student, flows.Rehearse{File: f}))(t).(flows.Examined); a.Verdict != "accept" || a.Photo.Blob != "" {
			t.Fatalf("examined %+v", a)
		}
	}
	if kept := s.kept(); kept != 0 {
		t.Errorf("%d pictures are kept", kept)
	}
	if found := s.rawKeys("quota"); len(found) != 0 {
		t.Errorf("quota keys %v", found)
	}
	s.claim()
	if len(s.rawKeys("quota")) == 0 {
		t.Error("the keys of a submission are named otherwise: this test proves nothing")
	}
}
