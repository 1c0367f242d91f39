package telegram

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// fileServer answers getFile with a location and serves the bytes there.
func fileServer(t *testing.T, location string, serve http.HandlerFunc) (*Client, *atomic.Int64) {
	t.Helper()
	var served atomic.Int64
	mux := http.NewServeMux()
	mux.HandleFunc("POST /bot"+testToken+"/getFile", func(w http.ResponseWriter, req *http.Request) {
		if req.FormValue("file_id") != "some-file" {
			w.WriteHeader(http.StatusBadRequest)
			fmt.Fprint(w, `{"ok":false,"error_code":400,"description":"Bad Request: file is too big"}`)
			return
		}
		fmt.Fprint(w, `{"ok":true,"result":`+location+`}`)
	})
	mux.HandleFunc("GET /file/bot"+testToken+"/", func(w http.ResponseWriter, req *http.Request) {
		served.Add(1)
		serve(w, req)
	})
	s := httptest.NewServer(mux)
	c, err := New(Options{Token: NewToken(testToken), APIURL: s.URL + "/"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.CloseClientConnections(); s.Close(); c.http.CloseIdleConnections() })
	return c, &served
}

func TestFileIsDownloadedFromTheGivenAPI(t *testing.T) {
	t.Parallel()
	c, _ := fileServer(t, `{"file_id":"x","file_path":"photos/file 1?#.jpg","file_size":5}`, func(w http.ResponseWriter, req *http.Request) {
		if !strings.HasSuffix(req.URL.Path, "/photos/file 1?#.jpg") {
			w.WriteHeader(http.StatusNotFound)
		}
		fmt.Fprint(w, "hello")
	})
	got, err := c.Download(t.Context(), "some-file", 1000)
	if err != nil || string(got) != "hello" {
		t.Errorf("got %q, %v", got, err)
	}
}

func TestTooLargeFilesAreRefused(t *testing.T) {
	t.Parallel()
	endless := func(w http.ResponseWriter, _ *http.Request) {
		for n := 0; ; n += 1 << 16 {
			if _, err := w.Write(make([]byte, 1<<16)); err != nil {
				return
			}
			if n > 64<<20 { // far beyond what sockets hold back
				t.Error("the whole file was read")
				return
			}
		}
	}
	tests := []struct {
		name, file, location string
		most                 int64
		served               int64
	}{
		{"by Telegram", "huge-file", `{}`, 1000, 0},
		{"by its told size", "some-file", `{"file_path":"a","file_size":1001}`, 1000, 0},
		{"over Telegram's cap", "some-file", `{"file_path":"a","file_size":20971521}`, 1 << 40, 0},
		{"by its bytes", "some-file", `{"file_path":"a"}`, 1000, 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			c, served := fileServer(t, tt.location, endless)
			got, err := c.Download(t.Context(), tt.file, tt.most)
			if got != nil || !errors.Is(err, ErrTooBig) || served.Load() != tt.served {
				t.Errorf("%d bytes, %v, %d served", len(got), err, served.Load())
			}
		})
	}
}

func TestExactlyTheMostIsTaken(t *testing.T) {
	t.Parallel()
	c, _ := fileServer(t, `{"file_path":"a"}`, func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(make([]byte, 1000)) })
	if got, err := c.Download(t.Context(), "some-file", 1000); err != nil || len(got) != 1000 {
		t.Errorf("%d bytes, %v", len(got), err)
	}
	if got, err := c.Download(t.Context(), "some-file", 999); !errors.Is(err, ErrTooBig) {
		t.Errorf("%d bytes, %v", len(got), err)
	}
}

func TestHalfAFileIsNoFile(t *testing.T) {
	t.Parallel()
	c, _ := fileServer(t, `{"file_path":"a"}`, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "1000")
		_, _ = w.Write(make([]byte, 500))
	})
	if got, err := c.Download(t.Context(), "some-file", 1000); got != nil || !errors.Is(err, ErrRetry) {
		t.Errorf("%d bytes, %v", len(got), err)
	}
}

func TestDeadlineCutsACallShort(t *testing.T) {
	t.Parallel()
	c, _ := fileServer(t, `{"file_path":"a"}`, func(_ http.ResponseWriter, req *http.Request) { <-req.Context().Done() })
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	began := time.Now()
	_, err := c.Download(ctx, "some-file", 1000)
	if !errors.Is(err, context.DeadlineExceeded) || !errors.Is(err, ErrRetry) || time.Since(began) > 2*time.Second {
		t.Errorf("after %s: %v", time.Since(began), err)
	}
}

// TestCallsShareTheirConnections makes 24 calls in a row, answered with more
// bytes than the value needs.
func TestCallsShareTheirConnections(t *testing.T) {
	t.Parallel()
	var opened atomic.Int64
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		_ = req.ParseMultipartForm(1 << 20)
		fmt.Fprint(w, `{"ok":true,"result":{"message_id":1}}`)
		_ = http.NewResponseController(w).Flush() // chunked: the end comes apart
		fmt.Fprint(w, "\n\n")
	}))
	s.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			opened.Add(1)
		}
	}
	s.Start()
	c, err := New(Options{Token: NewToken(testToken), APIURL: s.URL})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.http.CloseIdleConnections(); s.Close() })
	for i := range int64(12) {
		_, sent := c.SendMessage(t.Context(), Outgoing{Chat: i + 1, Text: "x"})
		_, up := c.SendPhoto(t.Context(), Outgoing{Chat: i + 100, Lane: LaneDecision}, Upload{Name: "a.jpg", Bytes: make([]byte, 100_000)})
		if err := errors.Join(sent, up); err != nil {
			t.Fatal(err)
		}
	}
	if n := opened.Load(); n > 2 {
		t.Errorf("%d connections opened", n)
	}
}
