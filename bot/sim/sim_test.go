package sim

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"guiwei/bot/sim/botapi"
)

const testToken = "1000001:test-token"

// bench is a simulator behind a server, with the people and groups of the demo.
type bench struct {
	t   *testing.T
	sim *Server
	url string
}

func setup(t *testing.T, change ...func(*Options)) *bench {
	t.Helper()
	opts := Options{
		Token: testToken,
		Seed:  7,
		Cast: []Person{
			{ID: 1, Name: "站长", Started: true}, {ID: 7, Name: "李老师", Started: true}, {ID: 8, Name: "王老师"},
			{ID: 42, Name: "张三", FirstName: "三", LastName: "张", Phone: "+8613800000042", Started: true},
			{ID: 43, Name: "李四", Language: "en"},
		},
		Groups: []Group{
			{ID: -1001, Title: "审核群", Kind: "reviewers", Members: []int64{1, 7, 8}, Bot: true},
			{ID: -1002, Title: "辅导员群", Kind: "counselors", Members: []int64{1}},
		},
		Photos: []Photo{{Name: "front.jpg", Bytes: picture(t, 1600, 1200)}, {Name: "back.jpg", Bytes: picture(t, 400, 300)}},
	}
	for _, f := range change {
		f(&opts)
	}
	opts.Auditor = heldAnswers{botapi.Watch(t)}
	b := &bench{t: t, sim: New(opts)}
	server := httptest.NewServer(b.sim)
	b.url = server.URL
	t.Cleanup(func() {
		b.sim.Close()
		server.Close()
	})
	return b
}

func picture(t *testing.T, w, h int) []byte {
	t.Helper()
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			img.SetRGBA(x, y, color.RGBA{uint8(x), uint8(y), 90, 255})
		}
	}
	var b bytes.Buffer
	must(t, jpeg.Encode(&b, img, nil))
	return b.Bytes()
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// answer is what the Bot API said.
type answer struct {
	Status int
	answerBody
}

func (a answer) into(t *testing.T, v any) {
	t.Helper()
	if !a.OK {
		t.Fatalf("call refused: %d %s", a.Code, a.Description)
	}
	must(t, json.Unmarshal(a.Result, v))
}

// id is the message_id of the answer.
func (a answer) id(t *testing.T) int {
	t.Helper()
	var m struct {
		ID int `json:"message_id"`
	}
	a.into(t, &m)
	return m.ID
}

func (b *bench) call(method string, params object) answer {
	b.t.Helper()
	a, err := b.try(context.Background(), method, params)
	must(b.t, err)
	return a
}

// try calls a method; the error is of the transport.
func (b *bench) try(ctx context.Context, method string, params object) (answer, error) {
	raw, err := json.Marshal(params)
	if err != nil {
		return answer{}, err
	}
	return b.post(ctx, "/bot"+testToken+"/"+method, "application/json", bytes.NewReader(raw))
}

func (b *bench) post(ctx context.Context, path, kind string, body io.Reader) (answer, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, b.url+path, body)
	if err != nil {
		return answer{}, err
	}
	req.Header.Set("Content-Type", kind)
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return answer{}, err
	}
	defer func() { _ = res.Body.Close() }()
	a := answer{Status: res.StatusCode}
	raw, err := io.ReadAll(res.Body)
	if err != nil {
		return a, err
	}
	if json.Unmarshal(raw, &a.answerBody) != nil {
		a.Description = string(raw)
	}
	return a, nil
}

// upload calls a method with files in a multipart form.
func (b *bench) upload(method string, params map[string]string, files map[string][]byte) answer {
	b.t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	for k, v := range params {
		must(b.t, form.WriteField(k, v))
	}
	for k, v := range files {
		part, err := form.CreateFormFile(k, k+".jpg")
		must(b.t, err)
		_, err = part.Write(v)
		must(b.t, err)
	}
	must(b.t, form.Close())
	a, err := b.post(context.Background(), "/bot"+testToken+"/"+method, form.FormDataContentType(), &body)
	must(b.t, err)
	return a
}

// refused fails unless the call is refused with these words.
func (b *bench) refused(a answer, code int, words string) {
	b.t.Helper()
	if a.OK || a.Code != code || a.Status != code || !strings.Contains(a.Description, words) {
		b.t.Fatalf("got %d %v %q, want %d %q", a.Status, a.OK, a.Description, code, words)
	}
}

// got is an Update as tests look at it.
type got struct {
	ID       int         `json:"update_id"`
	Message  *gotMessage `json:"message"`
	Edited   *gotMessage `json:"edited_message"`
	Callback *struct {
		ID      string     `json:"id"`
		Data    string     `json:"data"`
		Message gotMessage `json:"message"`
	} `json:"callback_query"`
	Mine  *gotMember `json:"my_chat_member"`
	Other *gotMember `json:"chat_member"`
}

type gotMember struct {
	Chat struct {
		ID int64 `json:"id"`
	} `json:"chat"`
	Old struct {
		Status string `json:"status"`
	} `json:"old_chat_member"`
	New struct {
		Status string `json:"status"`
	} `json:"new_chat_member"`
}

type gotFile struct {
	ID     string `json:"file_id"`
	Unique string `json:"file_unique_id"`
	Width  int    `json:"width"`
	Height int    `json:"height"`
	Size   int    `json:"file_size"`
	Mime   string `json:"mime_type"`
	Name   string `json:"file_name"`
	Path   string `json:"file_path"`
}

type gotMessage struct {
	ID   int   `json:"message_id"`
	Date int64 `json:"date"`
	Chat struct {
		ID   int64  `json:"id"`
		Type string `json:"type"`
	} `json:"chat"`
	From struct {
		ID       int64  `json:"id"`
		Language string `json:"language_code"`
	} `json:"from"`
	Text      string    `json:"text"`
	Caption   string    `json:"caption"`
	Entities  []Entity  `json:"entities"`
	Album     string    `json:"media_group_id"`
	Photo     []gotFile `json:"photo"`
	Document  *gotFile  `json:"document"`
	MigrateTo int64     `json:"migrate_to_chat_id"`
	Contact   *struct {
		Phone string `json:"phone_number"`
		User  int64  `json:"user_id"`
	} `json:"contact"`
	Reply   *gotMessage `json:"reply_to_message"`
	Keys    any         `json:"reply_markup"`
	Guarded bool        `json:"has_protected_content"`
	Joined  []any       `json:"new_chat_members"`
}

// updates takes what is pending and confirms it.
func (b *bench) updates() []got {
	b.t.Helper()
	var list []got
	b.call("getUpdates", object{"timeout": 0}).into(b.t, &list)
	if len(list) > 0 {
		b.call("getUpdates", object{"offset": list[len(list)-1].ID + 1})
	}
	return list
}

// act posts to the page's addresses and decodes the answer into out unless it is nil.
func (b *bench) act(path string, in object, out any) {
	b.t.Helper()
	raw, err := json.Marshal(in)
	must(b.t, err)
	res, err := http.Post(b.url+"/sim/"+path, "application/json", bytes.NewReader(raw)) //nolint:noctx // a test's own server
	must(b.t, err)
	b.read(res, path, out)
}

func (b *bench) look(path string, out any) {
	b.t.Helper()
	res, err := http.Get(b.url + "/sim/" + path) //nolint:noctx // a test's own server
	must(b.t, err)
	b.read(res, path, out)
}

func (b *bench) read(res *http.Response, path string, out any) {
	b.t.Helper()
	defer func() { _ = res.Body.Close() }()
	raw, err := io.ReadAll(res.Body)
	must(b.t, err)
	if res.StatusCode != http.StatusOK {
		b.t.Fatalf("/sim/%s: %d %s", path, res.StatusCode, raw)
	}
	if out != nil {
		must(b.t, json.Unmarshal(raw, out))
	}
}

// keys is an inline keyboard of one row: text and data in turn.
func keys(pairs ...string) object {
	row := []object{}
	for i := 0; i+1 < len(pairs); i += 2 {
		row = append(row, object{"text": pairs[i], "callback_data": pairs[i+1]})
	}
	return object{"inline_keyboard": [][]object{row}}
}

// stillClock is a clock that only Advance moves.
func stillClock(o *Options) {
	at := time.Date(2026, 11, 23, 17, 7, 0, 0, time.UTC)
	o.Now = func() time.Time { return at }
}

func (b *bench) lastText(chat int64) string {
	b.t.Helper()
	v, err := b.sim.Chat(chat, false)
	must(b.t, err)
	if len(v.Messages) == 0 {
		return ""
	}
	return fmt.Sprint(v.Messages[len(v.Messages)-1].Plain)
}
