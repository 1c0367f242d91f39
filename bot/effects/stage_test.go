package effects_test

import (
	"bytes"
	"context"
	"log/slog"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"guiwei/bot/courier"
	"guiwei/bot/effects"
	"guiwei/bot/engine"
	"guiwei/bot/photo"
	"guiwei/bot/photo/samples"
	"guiwei/bot/sim"
	"guiwei/bot/sim/botapi"
	"guiwei/bot/telegram"
	"guiwei/flows"
	"guiwei/flows/rules"
	"guiwei/storage"
	"guiwei/storage/photos"
	"guiwei/storage/storagetest"
	"guiwei/storage/vault"
)

func TestMain(m *testing.M) { storagetest.Main(m) }

const (
	token      = "1000001:effects-token-of-the-simulator-only"
	student    = int64(42)
	oldOwner   = int64(40)
	reviewer   = int64(7)
	counselor  = int64(20)
	owner      = int64(1)
	reviewers  = int64(-1001000000007)
	counselors = int64(-1001000000020)
	others     = int64(-1001000000021)
)

// stage is a Runner between a real Redis and a simulated Telegram.
type stage struct {
	*effects.Runner
	sim  *sim.Server
	log  *journal
	ops  int
	t    *testing.T
	from time.Time
	url  string

	prefix string // of every key
}

type journal struct {
	mu  sync.Mutex
	all bytes.Buffer
}

func (j *journal) Write(p []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.all.Write(p)
}

func (j *journal) String() string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.all.String()
}

// quick is real time whose waits cost nothing.
type quick struct {
	mu  sync.Mutex
	now time.Time
}

func (q *quick) Now() time.Time {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.now
}

func (q *quick) Sleep(ctx context.Context, d time.Duration) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.now = q.now.Add(d)
	return ctx.Err()
}

func setup(t *testing.T, change ...func(*sim.Options)) *stage {
	t.Helper()
	person := func(id int64, name, role string) sim.Person {
		return sim.Person{ID: id, Name: name, FirstName: name, Language: "zh-hans", Role: role, Started: true}
	}
	opts := sim.Options{Token: token, Auditor: botapi.Watch(t), Cast: []sim.Person{person(student, "甲", "student"), person(oldOwner, "乙", "old_owner"),
		person(reviewer, "丙", "reviewer"), person(counselor, "丁", "counselor"), person(owner, "戊", "owner")},
		Groups: []sim.Group{{ID: reviewers, Title: "r", Kind: "reviewers", Members: []int64{owner, reviewer}, Bot: true},
			{ID: counselors, Title: "c", Kind: "counselors", Members: []int64{counselor}, Bot: true},
			{ID: others, Title: "d", Kind: "counselors", Members: []int64{counselor}, Bot: true}}}
	for _, f := range change {
		f(&opts)
	}
	world := sim.New(opts)
	server := httptest.NewServer(world)
	t.Cleanup(func() { world.Close(); server.Close() })
	s := &stage{sim: world, log: &journal{}, t: t, from: time.Date(2026, 11, 24, 10, 0, 0, 0, time.UTC)}
	log := slog.New(slog.NewJSONHandler(s.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	s.url = server.URL
	s.Runner = s.runner(server.URL, log)
	return s
}

func must[T any](v T, err error) func(t *testing.T) T {
	return func(t *testing.T) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func (s *stage) runner(url string, log *slog.Logger) *effects.Runner {
	t := s.t
	clock := &quick{now: s.from}
	keys := must(vault.Generate())(t)
	v := must(vault.Open(keys))(t)
	s.prefix = storagetest.Prefix(t)
	store := must(storage.Open(t.Context(), storage.Options{URL: storagetest.Server(t), Vault: v, Prefix: s.prefix, Log: log}))(t)
	t.Cleanup(func() { _ = store.Close() })
	sealed := must(photos.Open("file:"+filepath.Join(t.TempDir(), "photos"), v))(t)
	client := must(telegram.New(telegram.Options{Token: telegram.NewToken(token), APIURL: url, Log: log, Clock: clock}))(t)
	return &effects.Runner{Messages: client, Pictures: client, Chats: client, Store: store, Vault: v, Photos: sealed,
		Room: photo.New(photo.Options{}), SMS: must(courier.OpenSMS("sim:"+url, log))(t), Mail: must(courier.OpenMail("sim:"+url, log))(t),
		Calendar: must(rules.NewCalendar(nil))(t), Clock: clock, Log: log, Owners: []int64{owner}, Operator: "示例大学", Contact: "办公室",
		Undo: time.Minute, Cheap: true}
}

// do does an effect for a chat, once.
func (s *stage) do(chat int64, e flows.Effect) (flows.Answer, error) {
	s.ops++
	return s.again("u"+strings.Repeat("i", s.ops), chat, e)
}

func (s *stage) again(op string, chat int64, e flows.Effect) (flows.Answer, error) {
	out, err := s.Do(context.Background(), engine.Task{Owner: storage.Owner{Chat: chat}, Op: op, Effect: e, At: s.Clock.Now()})
	return out.Answer, err
}

// says counts the messages in a chat that hold a text.
func (s *stage) says(chat int64, text string) (n int) {
	v, err := s.sim.Chat(chat, false)
	if err != nil {
		s.t.Fatal(err)
	}
	for _, m := range v.Messages {
		if strings.Contains(m.Plain, text) {
			n++
		}
	}
	return n
}

const idNumber = "990101200001011234"

// applicant tells all; ID numbers of region 99 belong to nobody.
func (s *stage) applicant(phone, email string) flows.Applicant {
	phc, err := s.Vault.HashSecret("correct horse", true)
	if err != nil {
		s.t.Fatal(err)
	}
	return flows.Applicant{Phone: phone, Password: phc, Name: "张<b>三", IDKind: "resident", IDNumber: idNumber, Email: email,
		Agreed: agreed(s.from)}
}

// agreed are all consents.
func agreed(at time.Time) map[string]flows.Consent {
	all := map[string]flows.Consent{}
	for _, kind := range flows.ConsentKinds {
		all[kind] = flows.Agree(kind, "zh-Hans", "示例大学", "办公室", at)
	}
	return all
}

// claim registers an old owner and a second claimant of one ID number, and submits the claimant's photos: a queued case.
func (s *stage) claim() (ref flows.AccountRef, no string) {
	t := s.t
	old := must(s.do(oldOwner, flows.Register{Applicant: s.applicant("+8613900000040", "")}))(t).(flows.Registered)
	mine := must(s.do(student, flows.Register{Applicant: s.applicant("+8613900000042", ""), Reclaim: true}))(t).(flows.Registered)
	if old.Outcome != flows.OK || mine.Outcome != flows.OK {
		t.Fatalf("registered %v, %v", old.Outcome, mine.Outcome)
	}
	put := func(side string, jpeg []byte) flows.Photo {
		blob := must(s.Store.KeepBlob(t.Context(), side, mine.Account.Person, student, s.Clock.Now()))(t)
		if err := s.Photos.PutAs(t.Context(), blob, string(mine.Account.Person)+"|"+side, jpeg); err != nil {
			t.Fatal(err)
		}
		return flows.Photo{Blob: blob, SHA256: side}
	}
	sent := must(s.do(student, flows.Submit{Account: mine.Account, Generation: 1, Front: put("front", samples.Front()), Back: put("back", samples.Back())}))(t).(flows.Submitted)
	if sent.Outcome != flows.OK {
		t.Fatalf("submitted %v", sent.Outcome)
	}
	return mine.Account, sent.No
}

func (s *stage) groups(kinds map[int64]string) {
	for group, kind := range kinds {
		if err := s.Store.BindGroup(s.t.Context(), kind, group); err != nil {
			s.t.Fatal(err)
		}
	}
}

// role makes a user a reviewer, in the reviewers' group.
func (s *stage) role(user int64) {
	if _, bound, err := s.Store.Group(s.t.Context(), storage.Reviewers); err != nil {
		s.t.Fatal(err)
	} else if !bound {
		s.groups(map[int64]string{reviewers: storage.Reviewers})
	}
	if err := s.Store.RequestRole(s.t.Context(), user, "李<i>老师"); err != nil {
		s.t.Fatal(err)
	}
	must(s.Store.GrantRole(s.t.Context(), user, owner, s.Clock.Now()))(s.t)
}

// move moves a case as its reviewer.
func (s *stage) move(no string, e flows.Event) flows.CaseMoved {
	return must(s.do(reviewer, flows.MoveCase{No: no, Event: e, Reasons: []string{"blurred"}}))(s.t).(flows.CaseMoved)
}

// looks shows the reviewer the pictures.
func (s *stage) looks(no string) {
	if _, err := s.do(reviewer, flows.ShowPhotos{No: no}); err != nil {
		s.t.Fatal(err)
	}
}

// decide claims, decides and lets the verdict take effect.
func (s *stage) decide(no string, e flows.Event) {
	s.role(reviewer)
	s.move(no, flows.CaseClaim)
	s.looks(no)
	if a := s.move(no, e); a.Outcome != flows.OK {
		s.t.Fatalf("decided %v", a.Outcome)
	} else if _, err := s.do(0, flows.TakeEffect{No: no, Version: a.View.Version}); err != nil {
		s.t.Fatal(err)
	}
}

// revoke makes Telegram refuse the bot's token from now on.
func (s *stage) revoke() {
	client := must(telegram.New(telegram.Options{Token: telegram.NewToken("1000001:another-token-that-nobody-gave-out"), APIURL: s.url, Log: s.Log, Clock: s.Clock}))(s.t)
	s.Messages, s.Pictures, s.Chats = client, client, client
}

// remember stores a conversation.
func (s *stage) remember(c flows.Conversation) {
	if _, err := s.Store.Commit(s.t.Context(), storage.Commit{Chat: c.Chat, Input: "remember", Conversation: c, Now: s.Clock.Now(), Lease: time.Second}); err != nil {
		s.t.Fatal(err)
	}
}
