package sim

import (
	"bytes"
	"context"
	"image/jpeg"
	"io"
	"mime/multipart"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"testing"
)

// attach sends files through the page's form.
func (b *bench) attach(as string, album bool, files ...[]byte) {
	b.t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	for k, v := range map[string]string{"user": "42", "chat": "42", "as": as, "caption": "看", "album": strconv.FormatBool(album)} {
		must(b.t, form.WriteField(k, v))
	}
	for _, f := range files {
		part, err := form.CreateFormFile("file", "x.jpg")
		must(b.t, err)
		_, err = part.Write(f)
		must(b.t, err)
	}
	must(b.t, form.Close())
	res, err := http.Post(b.url+"/sim/attach", form.FormDataContentType(), &body) //nolint:noctx // a test's own server
	must(b.t, err)
	b.read(res, "attach", nil)
}

// download fetches a file the way a bot does.
func (b *bench) download(id string) []byte {
	b.t.Helper()
	var f gotFile
	b.call("getFile", object{"file_id": id}).into(b.t, &f)
	req, err := http.NewRequestWithContext(context.Background(), http.MethodGet, b.url+"/file/bot"+testToken+"/"+f.Path, nil)
	must(b.t, err)
	res, err := http.DefaultClient.Do(req)
	must(b.t, err)
	defer func() { _ = res.Body.Close() }()
	raw, err := io.ReadAll(res.Body)
	must(b.t, err)
	if res.StatusCode != http.StatusOK || len(raw) != f.Size {
		b.t.Fatalf("status %d, %d bytes of %d", res.StatusCode, len(raw), f.Size)
	}
	return raw
}

func TestPhotosArriveInSeveralSizesWithoutMetadata(t *testing.T) {
	t.Parallel()
	b := setup(t)
	original := picture(t, 1600, 1200)
	exif := append([]byte{0xff, 0xd8, 0xff, 0xe1, 0, 16, 'E', 'x', 'i', 'f', 0, 0, 'S', 'E', 'C', 'R', 'E', 'T', '!', '!'}, original[2:]...)
	b.attach("photo", false, exif)
	m := b.updates()[0].Message
	var sides []int
	for _, p := range m.Photo {
		sides = append(sides, p.Width)
	}
	if len(sides) != 4 || sides[0] != 90 || sides[3] != 1280 || m.Photo[3].Height != 960 || m.Caption != "看" {
		t.Fatalf("sizes %v", m.Photo)
	}
	largest := b.download(m.Photo[3].ID)
	if bytes.Contains(largest, []byte("SECRET")) {
		t.Fatal("EXIF went through")
	}
	conf, err := jpeg.DecodeConfig(bytes.NewReader(largest))
	must(t, err)
	if conf.Width != 1280 {
		t.Fatalf("width %d", conf.Width)
	}
}

func TestSmallPhotosHaveFewerSizes(t *testing.T) {
	t.Parallel()
	made, err := renditions(picture(t, 400, 300))
	must(t, err)
	if len(made) != 3 || made[2].width != 400 || made[1].width != 320 {
		t.Fatalf("%d sizes", len(made))
	}
	if _, err := renditions([]byte("no picture")); err == nil {
		t.Fatal("text is no photo")
	}
	if _, err := renditions(picture(t, 2100, 100)); err == nil {
		t.Fatal("a strip is no photo")
	}
}

func TestDocumentsStayAsTheyAre(t *testing.T) {
	t.Parallel()
	b := setup(t)
	original := picture(t, 300, 200)
	b.attach("document", false, original)
	m := b.updates()[0].Message
	if m.Document == nil || m.Document.Mime != "image/jpeg" || m.Document.Name != "x.jpg" {
		t.Fatalf("got %+v", m)
	}
	if !bytes.Equal(b.download(m.Document.ID), original) {
		t.Fatal("the document changed")
	}
}

func TestAlbumsAreSeparateUpdatesWithOneID(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.attach("photo", true, picture(t, 300, 200), picture(t, 200, 300))
	list := b.updates()
	if len(list) != 2 || list[0].Message.Album == "" || list[0].Message.Album != list[1].Message.Album {
		t.Fatalf("got %+v", list)
	}
	if list[0].Message.Caption != "看" || list[1].Message.Caption != "" || list[0].Message.Photo[0].Unique == list[1].Message.Photo[0].Unique {
		t.Fatal("the caption is the first one's, the files are two")
	}
	for _, name := range []string{"front.jpg", "back.jpg"} {
		b.act("sample", object{"user": 42, "chat": 42, "as": "photo", "names": []string{name}, "album_id": "777"}, nil)
	}
	if late := b.updates(); len(late) != 2 || late[0].Message.Album != "777" || late[1].Message.Album != "777" {
		t.Fatalf("the parts of an album may come in two calls: %+v", late)
	}
	b.attach("photo", false, picture(t, 300, 200), picture(t, 200, 300))
	if list := b.updates(); list[0].Message.Album != "" {
		t.Fatal("not an album")
	}
}

func TestFilesOverTwentyMegabytesAreNotServed(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.attach("document", false, make([]byte, maxDownload+1))
	m := b.updates()[0].Message
	b.refused(b.call("getFile", object{"file_id": m.Document.ID}), 400, "file is too big")
	b.refused(b.call("getFile", object{"file_id": "nonsense"}), 400, "wrong file_id")
}

func TestBotSendsPhotosAndSendsThemAgainByID(t *testing.T) {
	t.Parallel()
	b := setup(t)
	var m, again gotMessage
	b.upload("sendPhoto", map[string]string{"chat_id": "42", "caption": "<b>样例</b>", "parse_mode": "HTML"}, map[string][]byte{"photo": picture(t, 500, 400)}).into(t, &m)
	if len(m.Photo) != 3 || m.Caption != "样例" {
		t.Fatalf("got %+v", m)
	}
	id := m.Photo[2].ID
	b.call("sendPhoto", object{"chat_id": 42, "photo": m.Photo[0].ID}).into(t, &again)
	if len(again.Photo) != 3 || again.Photo[2].Unique != m.Photo[2].Unique {
		t.Fatal("file_unique_id must be stable")
	}
	b.refused(b.call("sendDocument", object{"chat_id": 42, "document": id}), 400, "can't use file of type Photo as Document")
	b.refused(b.upload("sendPhoto", map[string]string{"chat_id": "42"}, map[string][]byte{"photo": []byte("text")}), 400, "IMAGE_PROCESS_FAILED")
	b.refused(b.call("sendPhoto", object{"chat_id": 42, "photo": id, "caption": string(bytes.Repeat([]byte("x"), 1025))}), 400, "message caption is too long")
	var album []gotMessage
	b.upload("sendMediaGroup", map[string]string{"chat_id": "42", "media": `[{"type":"photo","media":"attach://a","caption":"一"},{"type":"photo","media":"` + id + `"}]`},
		map[string][]byte{"a": picture(t, 100, 100)}).into(t, &album)
	if len(album) != 2 || album[0].Album == "" || album[0].Album != album[1].Album {
		t.Fatalf("album %+v", album)
	}
	b.refused(b.call("sendMediaGroup", object{"chat_id": 42, "media": "[]"}), 400, "album")
}

func TestMediaAndCaptionsAreEdited(t *testing.T) {
	t.Parallel()
	b := setup(t)
	var m gotMessage
	b.upload("sendPhoto", map[string]string{"chat_id": "42", "caption": "一"}, map[string][]byte{"photo": picture(t, 500, 400)}).into(t, &m)
	at := map[string]string{"chat_id": "42", "message_id": strconv.Itoa(m.ID)}
	b.refused(b.upload("editMessageCaption", map[string]string{"chat_id": "42", "message_id": at["message_id"], "caption": "一"}, nil), 400, "message is not modified")
	b.refused(b.upload("editMessageText", map[string]string{"chat_id": "42", "message_id": at["message_id"], "text": "二"}, nil), 400, "there is no text in the message to edit")
	at["media"] = `{"type":"document","media":"attach://d","caption":"二"}`
	b.upload("editMessageMedia", at, map[string][]byte{"d": []byte("%PDF-1.4")}).into(t, &m)
	v, err := b.sim.Chat(42, false)
	must(t, err)
	last := v.Messages[0]
	if last.Document == nil || last.Photo != nil || last.PlainCaption != "二" || !last.Edited {
		t.Fatalf("view %+v", last)
	}
}

// TestHostilePicturesMakeNoPhotoAndNoHarm looks at the workplace's pictures where there are some.
func TestHostilePicturesMakeNoPhotoAndNoHarm(t *testing.T) {
	t.Parallel()
	if _, err := renditions([]byte("\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00u0\x00\x00u0\x08\x02\x00\x00\x00\x00\x00\x00\x00")); err == nil {
		t.Fatal("a 30,000 px square must be refused by its header")
	}
	files, err := filepath.Glob("../../../shared/photos/h_*")
	must(t, err)
	for _, name := range files {
		raw, err := os.ReadFile(name) //nolint:gosec // names come from the glob above
		must(t, err)
		made, err := renditions(raw)
		if err == nil && len(made) == 0 {
			t.Errorf("%s: neither photo nor refusal", filepath.Base(name))
		}
	}
}
