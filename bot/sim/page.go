package sim

import (
	"embed"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"maps"
	"net/http"
	"strconv"
	"strings"
	"time"
)

//go:embed page
var pageFiles embed.FS

// pagePolicy keeps anything but the page's own files from running in it.
const pagePolicy = "default-src 'self'; img-src 'self' data: blob:; style-src 'self' 'unsafe-inline'; frame-ancestors 'self'"

// servePage serves the chat page's files.
func (s *Server) servePage(w http.ResponseWriter, r *http.Request) {
	root, err := fs.Sub(pageFiles, "page")
	if err != nil {
		http.Error(w, "page files", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Security-Policy", pagePolicy)
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.Header().Set("Cache-Control", "no-cache")
	http.FileServerFS(root).ServeHTTP(w, r)
}

// serveSim serves what the page and the stories ask for; other sites' pages may not post here.
func (s *Server) serveSim(w http.ResponseWriter, r *http.Request) {
	if err := http.NewCrossOriginProtection().Check(r); err != nil {
		refuse(w, http.StatusForbidden, err)
		return
	}
	name := strings.TrimPrefix(r.URL.Path, "/sim/")
	switch {
	case strings.HasPrefix(name, "files/"):
		s.servePageFile(w, strings.TrimPrefix(name, "files/"))
	case strings.HasPrefix(name, "photos/"):
		s.serveSample(w, strings.TrimPrefix(name, "photos/"))
	case r.Method == http.MethodGet && name == "events":
		s.serveEvents(w, r)
	default:
		s.serveAct(w, r, name)
	}
}

func (s *Server) serveAct(w http.ResponseWriter, r *http.Request, name string) {
	act := s.acts[r.Method+" "+name]
	if act == nil {
		refuse(w, http.StatusNotFound, errors.New("no such address"))
		return
	}
	act(w, r)
}

func refuse(w http.ResponseWriter, status int, err error) {
	writeJSON(w, status, object{"ok": false, "error": err.Error()})
}

// servePageFile serves a file of a chat: pictures to look at, all else to download only.
func (s *Server) servePageFile(w http.ResponseWriter, unique string) {
	s.mu.Lock()
	f := s.files.byUnique[unique]
	s.mu.Unlock()
	if f == nil {
		refuse(w, http.StatusNotFound, errors.New("no such file"))
		return
	}
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.Header().Set("Cache-Control", "private, max-age=3600")
	writeFile(w, f, pictureType(w, f.bytes))
}

func (s *Server) serveSample(w http.ResponseWriter, name string) {
	photo, ok := s.sample(name)
	if !ok {
		refuse(w, http.StatusNotFound, errors.New("no such sample photo"))
		return
	}
	w.Header().Set("X-Content-Type-Options", "nosniff")
	writeFile(w, &file{bytes: photo.Bytes}, pictureType(w, photo.Bytes))
}

// pictureType is the type of a picture a browser may show; other bytes are marked as a download.
func pictureType(w http.ResponseWriter, b []byte) string {
	switch kind := http.DetectContentType(b); kind {
	case "image/jpeg", "image/png", "image/gif", "image/webp":
		return kind
	}
	w.Header().Set("Content-Disposition", "attachment")
	return "application/octet-stream"
}

// maxAct is the size of a JSON request of the page, in bytes.
const maxAct = 1 << 20

// act makes an address of a func: the request's JSON in, the answer's JSON out.
func act[T any](do func(T) (object, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		var in T
		err := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxAct)).Decode(&in)
		if err != nil && !errors.Is(err, io.EOF) {
			refuse(w, http.StatusBadRequest, errors.New("the request is not the JSON expected here"))
			return
		}
		out, err := do(in)
		answerAct(w, out, err)
	}
}

func answerAct(w http.ResponseWriter, out object, err error) {
	if err != nil {
		refuse(w, http.StatusBadRequest, err)
		return
	}
	all := object{"ok": true}
	maps.Copy(all, out)
	writeJSON(w, http.StatusOK, all)
}

// look makes an address of a question asked by GET.
func look(do func(q question) (object, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		out, err := do(question{r})
		answerAct(w, out, err)
	}
}

// question is a GET request with its parameters.
type question struct{ *http.Request }

func (q question) text(key string) string { return q.URL.Query().Get(key) }

func (q question) number(key string, missing int64) int64 {
	n, err := strconv.ParseInt(q.text(key), 10, 64)
	if err != nil {
		return missing
	}
	return n
}

func (q question) ms(key string, missing int64) time.Duration {
	return time.Duration(q.number(key, missing)) * time.Millisecond
}
