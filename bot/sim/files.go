package sim

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"image"
	_ "image/gif" // what a client can turn into a photo
	"image/jpeg"
	_ "image/png"
	"net/http"
	"path"
	"strconv"
	"strings"

	"github.com/disintegration/imaging"
	_ "golang.org/x/image/webp"
)

// file is a stored file. It is never changed after its call has ended.
type file struct {
	id, unique string
	path       string // behind /file/bot<token>/
	name, mime string
	bytes      []byte
	width      int
	height     int
	sizes      []*file // of a photo: all of its sizes, largest last
}

// files is everything that was sent. Guarded by Server.mu.
type files struct {
	serial   int
	byID     map[string]*file
	byPath   map[string]*file
	byUnique map[string]*file
	scaled   map[[sha256.Size]byte][]rendition // of pictures people sent, by content
}

func newFiles() files {
	return files{byID: map[string]*file{}, byPath: map[string]*file{}, byUnique: map[string]*file{}, scaled: map[[sha256.Size]byte][]rendition{}}
}

// rendition is one size of a photo before it is stored.
type rendition struct {
	jpeg          []byte
	width, height int
}

// photoSides is the longest sides of Telegram's sizes s, m, x and y.
var photoSides = []int{90, 320, 800, 1280}

var errNotPhoto = errors.New("IMAGE_PROCESS_FAILED")

// renditions turns a picture into the sizes a photo message has: JPEG, upright, without metadata, at
// most 1280 px; smaller pictures have fewer sizes. It works without Server.mu.
func renditions(b []byte) ([]rendition, error) {
	head, kind, err := image.DecodeConfig(bytes.NewReader(b))
	if err != nil {
		return nil, errNotPhoto
	}
	switch kind {
	case "jpeg", "png", "gif", "webp":
	default:
		return nil, errNotPhoto
	}
	if badDimensions(head.Width, head.Height) {
		return nil, errors.New("PHOTO_INVALID_DIMENSIONS")
	}
	img, err := imaging.Decode(bytes.NewReader(b), imaging.AutoOrientation(true))
	if err != nil {
		return nil, errNotPhoto
	}
	return scale(img)
}

func badDimensions(w, h int) bool {
	return w <= 0 || h <= 0 || w+h > 20000 || w*h > 60_000_000 || w > 20*h || h > 20*w
}

func scale(img image.Image) ([]rendition, error) {
	longest := max(img.Bounds().Dx(), img.Bounds().Dy())
	var made []rendition
	larger := img
	for i := len(photoSides) - 1; i >= 0; i-- {
		side := photoSides[i]
		if side >= longest && len(made) > 0 {
			made = nil // the picture is smaller: this size is its last
		}
		if side < longest {
			larger = imaging.Fit(larger, side, side, imaging.Box)
		}
		var out bytes.Buffer
		if err := jpeg.Encode(&out, larger, &jpeg.Options{Quality: 87}); err != nil {
			return nil, errNotPhoto
		}
		size := larger.Bounds().Size()
		made = append([]rendition{{out.Bytes(), size.X, size.Y}}, made...)
	}
	return made, nil
}

// identify gives the next file its ids: file_unique_id is the file's, file_id this bot's name for it.
func (s *Server) identify(prefix, size string) (id, unique string) {
	short := sha256.Sum256([]byte(strconv.Itoa(s.files.serial) + size))
	unique = "AQAD" + base64.RawURLEncoding.EncodeToString(short[:8]) + size
	long := sha256.Sum256([]byte(unique + decimal(botID)))
	return prefix + base64.RawURLEncoding.EncodeToString(long[:32]) + size, unique
}

// storePhoto keeps the sizes of a photo; the caller holds mu.
func (s *Server) storePhoto(made []rendition) []*file {
	n := s.files.serial
	var sizes []*file
	for i, r := range made {
		letter := string("smxy"[i])
		id, unique := s.identify("AgACAgUAAxkBAA", letter)
		f := &file{
			id: id, unique: unique, bytes: r.jpeg, width: r.width, height: r.height, mime: "image/jpeg",
			path: "photos/file_" + strconv.Itoa(n) + "_" + letter + ".jpg", name: "photo.jpg",
		}
		sizes = append(sizes, f)
		s.keep(f)
	}
	for _, f := range sizes {
		f.sizes = sizes
	}
	s.files.serial++
	return sizes
}

// storeDocument keeps a file as it is; the caller holds mu.
func (s *Server) storeDocument(u upload) *file {
	id, unique := s.identify("BQACAgUAAxkBAA", "")
	name := path.Base(strings.ReplaceAll(u.name, `\`, "/"))
	f := &file{
		id: id, unique: unique, bytes: u.bytes, name: name, mime: mimeType(name, u.bytes),
		path: "documents/file_" + strconv.Itoa(s.files.serial) + strings.ToLower(path.Ext(name)),
	}
	s.files.serial++
	s.keep(f)
	return f
}

func (s *Server) keep(f *file) {
	s.files.byID[f.id], s.files.byPath[f.path], s.files.byUnique[f.unique] = f, f, f
}

// mimeType is what the client says of a document: by its name, else by its bytes.
func mimeType(name string, b []byte) string {
	known := map[string]string{
		".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".png": "image/png", ".gif": "image/gif", ".webp": "image/webp",
		".heic": "image/heic", ".bmp": "image/bmp", ".pdf": "application/pdf", ".csv": "text/csv", ".txt": "text/plain",
		".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", ".zip": "application/zip",
	}
	if kind := known[strings.ToLower(path.Ext(name))]; kind != "" {
		return kind
	}
	kind, _, _ := strings.Cut(http.DetectContentType(b), ";")
	return kind
}

func (f *file) photoSize() object {
	return object{"file_id": f.id, "file_unique_id": f.unique, "width": f.width, "height": f.height, "file_size": len(f.bytes)}
}

func (f *file) documentObject() object {
	o := object{"file_id": f.id, "file_unique_id": f.unique, "file_size": len(f.bytes), "mime_type": f.mime}
	o.put("file_name", f.name)
	return o
}

func (s *Server) getFile(c *call) (any, *apiError) {
	f := s.files.byID[c.values["file_id"]]
	if f == nil {
		return nil, badRequest("wrong file_id or the file is temporarily unavailable")
	}
	if len(f.bytes) > maxDownload {
		return nil, badRequest("file is too big")
	}
	return object{"file_id": f.id, "file_unique_id": f.unique, "file_size": len(f.bytes), "file_path": f.path}, nil
}

// serveFile answers /file/bot<token>/<path>. Faults for the method "file" strike here.
func (s *Server) serveFile(w http.ResponseWriter, r *http.Request) {
	token, name, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/file/bot"), "/")
	if token != s.opts.Token {
		writeAnswer(w, nil, &apiError{Code: 401, Description: "Unauthorized"})
		return
	}
	hit := s.faultsFor(&call{name: "file"})
	if hit.before(r.Context()) {
		hit.instead(w)
		return
	}
	s.mu.Lock()
	f := s.files.byPath[name]
	s.mu.Unlock()
	if f == nil {
		writeAnswer(w, nil, &apiError{Code: 404, Description: "Not Found"})
		return
	}
	if hit.lost() {
		drop(w)
		return
	}
	writeFile(w, f, "application/octet-stream")
}

func writeFile(w http.ResponseWriter, f *file, kind string) {
	w.Header().Set("Content-Type", kind)
	w.Header().Set("Content-Length", strconv.Itoa(len(f.bytes)))
	_, _ = w.Write(f.bytes) // the reader may be gone
}

func decimal(n int64) string { return strconv.FormatInt(n, 10) }
