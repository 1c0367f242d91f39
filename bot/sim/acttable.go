package sim

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// actTable is every address below /sim/ but events, files and photos. A GET takes query parameters
// (chat: chat, all; calls: since; inbox: to; toasts: user; idle: quiet and timeout in ms), a POST a
// JSON object; the answer is {"ok":true,…}, or 400 with {"ok":false,"error":"…"}.
func (s *Server) actTable() map[string]http.HandlerFunc {
	return map[string]http.HandlerFunc{
		"GET state": func(w http.ResponseWriter, _ *http.Request) { writeJSON(w, http.StatusOK, s.pageState()) },
		"GET chat":  look(s.lookChat),
		"GET calls": look(func(q question) (object, error) {
			return object{"calls": s.Calls(int(q.number("since", 0))), "called": s.Called()}, nil
		}),
		"GET inbox":  look(func(q question) (object, error) { return object{"inbox": s.Inbox(q.text("to"))}, nil }),
		"GET toasts": look(func(q question) (object, error) { return object{"toasts": s.Toasts(q.number("user", 0))}, nil }),
		"GET idle":   look(s.lookIdle),
		"GET clock":  look(s.lookClock),
		"GET faults": look(func(question) (object, error) { return object{"seed": s.Seed(), "faults": s.listFaults()}, nil }),

		"POST send":    act(s.actSend),
		"POST tap":     act(func(t Tap) (object, error) { id, err := s.Tap(t); return object{"callback_query_id": id}, err }),
		"POST contact": act(s.actContact),
		"POST attach":  s.actAttach,
		"POST sample":  act(s.actSample),
		"POST other":   act(s.actOther),
		"POST edit": act(func(in onMessage) (object, error) {
			return nil, s.Edit(in.User, in.Chat, in.MessageID, in.Text, in.Sample)
		}),
		"POST delete":          act(func(in onMessage) (object, error) { return nil, s.Delete(in.User, in.Chat, in.MessageID) }),
		"POST people":          act(s.actPeople),
		"POST language":        act(func(in onPerson) (object, error) { return nil, s.SetLanguage(in.User, in.Language) }),
		"POST speak":           act(func(in onPerson) (object, error) { return nil, s.Speak(in.Language) }),
		"POST block":           act(func(in onPerson) (object, error) { return nil, s.Block(in.User, in.Blocked) }),
		"POST groups":          act(func(g Group) (object, error) { id, err := s.AddGroup(g); return object{"id": id}, err }),
		"POST groups/join":     act(func(in onGroup) (object, error) { return nil, s.Join(in.Group, in.User) }),
		"POST groups/leave":    act(func(in onGroup) (object, error) { return nil, s.Leave(in.Group, in.User, in.By) }),
		"POST groups/addbot":   act(func(in onGroup) (object, error) { return nil, s.AddBot(in.Group, in.By, in.Start) }),
		"POST groups/kickbot":  act(func(in onGroup) (object, error) { return nil, s.KickBot(in.Group, in.By) }),
		"POST groups/promote":  act(func(in onGroup) (object, error) { return nil, s.Promote(in.Group, in.By) }),
		"POST groups/migrate":  act(func(in onGroup) (object, error) { id, err := s.Migrate(in.Group); return object{"id": id}, err }),
		"POST faults":          act(func(f Fault) (object, error) { return object{"seed": s.Seed()}, s.Fault(f) }),
		"DELETE faults":        act(func(struct{}) (object, error) { s.ClearFaults(); return nil, nil }),
		"POST faults/clear":    act(func(struct{}) (object, error) { s.ClearFaults(); return nil, nil }),
		"POST sms":             s.struck("sms", act(func(l Letter) (object, error) { return s.actLetter("sms", l) })),
		"POST mail":            s.struck("mail", act(func(l Letter) (object, error) { return s.actLetter("mail", l) })),
		"POST update":          act(s.actUpdate),
		"POST hold":            act(func(struct{}) (object, error) { s.Hold(); return nil, nil }),
		"POST release":         act(func(in release) (object, error) { s.Release(in.Shuffled); return nil, nil }),
		"POST duplicate":       act(func(in count) (object, error) { return nil, s.Duplicate(in.N) }),
		"POST skip_update_ids": act(func(in count) (object, error) { s.SkipUpdateIDs(in.N); return nil, nil }),
		"POST clock":           act(s.actClock),
	}
}

type onMessage struct {
	User      int64  `json:"user"`
	Chat      int64  `json:"chat"`
	MessageID int    `json:"message_id"`
	Text      string `json:"text"`
	Sample    string `json:"sample"`
}

type onPerson struct {
	User     int64  `json:"user"`
	Language string `json:"language"`
	Blocked  bool   `json:"blocked"`
}

type onGroup struct {
	Group int64  `json:"group"`
	User  int64  `json:"user"`
	By    int64  `json:"by"`
	Start string `json:"start"`
}

type release struct {
	Shuffled bool `json:"shuffled"`
}

// actUpdate takes an update of any kind; the answer says whether the bot has asked for such.
func (s *Server) actUpdate(in struct {
	Kind string          `json:"kind"`
	Chat int64           `json:"chat"`
	Body json.RawMessage `json:"body"`
}) (object, error) {
	taken, err := s.Inject(in.Kind, in.Chat, in.Body)
	return object{"taken": taken}, err
}

type count struct {
	N int `json:"n"`
}

func (s *Server) lookChat(q question) (object, error) {
	v, err := s.Chat(q.number("chat", 0), q.text("all") != "")
	return object{"messages": v.Messages, "reply_keyboard": v.ReplyKeyboard, "bot": v.Bot}, err
}

// lookIdle waits; parameters timeout and quiet are milliseconds. Answers idle=false when time is up.
func (s *Server) lookIdle(q question) (object, error) {
	idle := s.Idle(q.Context().Done(), q.ms("quiet", 100), q.ms("timeout", 10_000))
	return object{"idle": idle}, nil
}

func (s *Server) lookClock(question) (object, error) {
	now := s.Now()
	return object{"now": now.Format(time.RFC3339Nano), "unix_ms": now.UnixMilli()}, nil
}

// actClock moves the clock: advance_ms forward, or freeze_at (unix ms; 0 lets it run again).
func (s *Server) actClock(in struct {
	AdvanceMS int64  `json:"advance_ms"`
	FreezeAt  *int64 `json:"freeze_at"`
}) (object, error) {
	if in.FreezeAt != nil {
		at := time.Time{}
		if *in.FreezeAt != 0 {
			at = time.UnixMilli(*in.FreezeAt)
		}
		s.Freeze(at)
	}
	s.Advance(time.Duration(in.AdvanceMS) * time.Millisecond)
	return s.lookClock(question{})
}

func (s *Server) listFaults() []Fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := []Fault{}
	for _, f := range s.faults.list {
		all = append(all, *f)
	}
	return all
}

func (s *Server) actSend(in struct {
	User int64  `json:"user"`
	Chat int64  `json:"chat"`
	Text string `json:"text"`
	Extras
}) (object, error) {
	ids, err := s.Say(in.User, in.Chat, in.Text, in.Extras)
	return object{"message_ids": ids}, err
}

func (s *Server) actContact(in struct {
	User  int64  `json:"user"`
	Chat  int64  `json:"chat"`
	Phone string `json:"phone"`
	Name  string `json:"name"`
	Owner int64  `json:"owner"`
}) (object, error) {
	id, err := s.ShareContact(in.User, in.Chat, in.Phone, in.Name, in.Owner)
	return object{"message_id": id}, err
}

func (s *Server) actSample(in struct {
	User    int64    `json:"user"`
	Chat    int64    `json:"chat"`
	Names   []string `json:"names"`
	As      string   `json:"as"`
	Caption string   `json:"caption"`
	AlbumID string   `json:"album_id"`
	Single  bool     `json:"single"` // several names, but no album
	Extras
}) (object, error) {
	a := Attachment{
		User: in.User, Chat: in.Chat, As: in.As, Caption: in.Caption, Album: !in.Single, AlbumID: in.AlbumID, Extras: in.Extras,
	}
	ids, err := s.Sample(a, in.Names)
	return object{"message_ids": ids}, err
}

func (s *Server) actOther(in struct {
	User int64  `json:"user"`
	Chat int64  `json:"chat"`
	Kind string `json:"kind"`
}) (object, error) {
	id, err := s.SendOther(in.User, in.Chat, in.Kind)
	return object{"message_id": id}, err
}

func (s *Server) actPeople(p Person) (object, error) {
	if p.Name == "" && p.FirstName == "" {
		return nil, errors.New("a name, please")
	}
	if p.Role == "" {
		p.Role = "student"
	}
	p.PhoneOnPage = true
	if strings.EqualFold(p.Language, s.Tongue()) {
		p.Language = ""
	}
	id, err := s.AddPerson(p)
	return object{"id": id}, err
}

func (s *Server) actLetter(kind string, l Letter) (object, error) {
	l.Kind = kind
	if l.To == "" {
		return nil, errors.New("to is empty")
	}
	return object{"id": s.Receive(l).ID}, nil
}

// struck lets faults of a method strike an address that the bot's courier calls.
func (s *Server) struck(method string, next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		hit := s.faultsFor(&call{name: method})
		if hit.before(r.Context()) {
			hit.instead(w)
			return
		}
		if hit.lost() {
			next(&deaf{header: http.Header{}}, r)
			drop(w)
			return
		}
		next(w, r)
	}
}

// deaf is a response that nobody reads.
type deaf struct{ header http.Header }

func (d *deaf) Header() http.Header         { return d.header }
func (d *deaf) Write(b []byte) (int, error) { return len(b), nil }
func (d *deaf) WriteHeader(int)             {}

// actAttach takes the multipart form of the page: user, chat, as, caption, album, forward, file….
func (s *Server) actAttach(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, 4*maxUpload)
	if err := r.ParseMultipartForm(maxUpload); err != nil {
		refuse(w, http.StatusBadRequest, errors.New("the files are too big or the form is broken"))
		return
	}
	a := Attachment{As: r.FormValue("as"), Caption: r.FormValue("caption"), AlbumID: r.FormValue("album_id"), Extras: Extras{Forward: r.FormValue("forward")}}
	a.User, _ = strconv.ParseInt(r.FormValue("user"), 10, 64) // 0 is nobody, refused below
	a.Chat, _ = strconv.ParseInt(r.FormValue("chat"), 10, 64)
	a.Album, _ = strconv.ParseBool(r.FormValue("album")) // missing: no album
	for _, head := range r.MultipartForm.File["file"] {
		f, err := head.Open()
		if err != nil {
			refuse(w, http.StatusBadRequest, errors.New("a file could not be read"))
			return
		}
		body, err := io.ReadAll(f)
		_ = f.Close() // read to the end already
		if err != nil {
			refuse(w, http.StatusBadRequest, errors.New("a file could not be read"))
			return
		}
		a.Files = append(a.Files, Photo{Name: head.Filename, Bytes: body})
	}
	ids, err := s.Attach(a)
	answerAct(w, object{"message_ids": ids}, err)
}
