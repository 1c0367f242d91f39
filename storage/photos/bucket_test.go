package photos_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/johannesboyne/gofakes3"
	"github.com/johannesboyne/gofakes3/backend/s3mem"

	"guiwei/storage/photos"
	"guiwei/storage/vault"
)

// cloud is an S3 server in this process with a bad line in front of it: what is asked without a signature is refused, as a
// private bucket does, and the next calls go wrong as told.
type cloud struct {
	t      *testing.T
	server *httptest.Server
	disk   *s3mem.Backend
	s3     http.Handler
	open   atomic.Bool // anybody may read

	mu    sync.Mutex
	wrong []fault
	calls int
}

// fault is what happens to one call in place of the answer.
type fault func(c *cloud, w http.ResponseWriter, r *http.Request)

func newCloud(t *testing.T) *cloud {
	t.Helper()
	c := &cloud{t: t, disk: s3mem.New()}
	c.s3 = gofakes3.New(c.disk, gofakes3.WithTimeSkewLimit(0)).Server()
	if err := c.disk.CreateBucket("photos"); err != nil {
		t.Fatal(err)
	}
	c.server = httptest.NewServer(c)
	t.Cleanup(c.server.Close)
	return c
}

func (c *cloud) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c.mu.Lock()
	c.calls++
	var wrong fault
	if len(c.wrong) > 0 {
		wrong, c.wrong = c.wrong[0], c.wrong[1:]
	}
	c.mu.Unlock()
	if r.Method == http.MethodPut && r.ContentLength <= 0 {
		r.Header.Set("Content-Length", "0") // of an empty object minio-go leaves it out, and gofakes3 looks for it
	}
	signed := strings.HasPrefix(r.Header.Get("Authorization"), "AWS4-HMAC-SHA256 Credential=key/")
	switch {
	case !signed && !c.open.Load():
		w.WriteHeader(http.StatusForbidden)
	case wrong != nil:
		wrong(c, w, r)
	default:
		c.s3.ServeHTTP(w, r)
	}
}

// next has the next n calls go wrong.
func (c *cloud) next(n int, wrong fault) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.calls, c.wrong = 0, nil
	for range n {
		c.wrong = append(c.wrong, wrong)
	}
}

func (c *cloud) called() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.calls
}

func refuse(status int) fault {
	return func(_ *cloud, w http.ResponseWriter, _ *http.Request) { w.WriteHeader(status) }
}

// stall answers nothing until the other side goes, 30 s at most.
func stall(_ *cloud, _ http.ResponseWriter, r *http.Request) {
	_, _ = io.Copy(io.Discard, r.Body)
	select {
	case <-r.Context().Done():
	case <-time.After(30 * time.Second):
	}
}

// lostReply does what was asked and drops the line before the answer.
func lostReply(c *cloud, _ http.ResponseWriter, r *http.Request) {
	c.s3.ServeHTTP(httptest.NewRecorder(), r)
	panic(http.ErrAbortHandler)
}

// cutRequest hears half of what is sent and drops the line.
func cutRequest(_ *cloud, _ http.ResponseWriter, r *http.Request) {
	_, _ = io.CopyN(io.Discard, r.Body, r.ContentLength/2)
	panic(http.ErrAbortHandler)
}

// cutAnswer sends the head and half of the body.
func cutAnswer(c *cloud, w http.ResponseWriter, r *http.Request) {
	whole := httptest.NewRecorder()
	c.s3.ServeHTTP(whole, r)
	for key, values := range whole.Header() {
		w.Header()[key] = values
	}
	w.Header().Set("Content-Length", strconv.Itoa(whole.Body.Len()))
	w.WriteHeader(whole.Code)
	_, _ = w.Write(whole.Body.Bytes()[:whole.Body.Len()/2])
}

// slowAnswer sends a byte at a time, slower than anybody waits.
func slowAnswer(c *cloud, w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet {
		stall(c, w, r)
		return
	}
	w.Header().Set("Content-Length", "1000000")
	w.Header().Set("Last-Modified", time.Now().UTC().Format(http.TimeFormat))
	w.Header().Set("ETag", `"x"`)
	for r.Context().Err() == nil {
		_, _ = w.Write([]byte("x"))
		_ = http.NewResponseController(w).Flush()
		select {
		case <-r.Context().Done():
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// garbled changes a byte of what is sent on its way.
func garbled(c *cloud, w http.ResponseWriter, r *http.Request) {
	sent, _ := io.ReadAll(r.Body)
	if len(sent) > 0 {
		sent[len(sent)/2] ^= 1
	}
	r.Body = io.NopCloser(bytes.NewReader(sent))
	c.s3.ServeHTTP(w, r)
}

func (c *cloud) where(more string) string {
	return "s3://key:se%2Fcret@" + strings.TrimPrefix(c.server.URL, "http://") + "/photos?tls=none" + more
}

func (c *cloud) bucket(more string) *photos.Bucket {
	c.t.Helper()
	b, err := photos.OpenBucket(c.where(more))
	if err != nil {
		c.t.Fatal(err)
	}
	c.t.Cleanup(func() { b.Close() })
	return b
}

// hasty is a bucket whose calls end within two seconds.
func (c *cloud) hasty() *photos.Bucket {
	b := c.bucket("")
	b.Patience = 2 * time.Second
	return b
}

func TestBucketIsAStore(t *testing.T) {
	t.Parallel()
	conforms(t, func(t *testing.T) photos.Store { return newCloud(t).bucket("") })
}

func TestBucketWithAFolderIsAStore(t *testing.T) {
	t.Parallel()
	conforms(t, func(t *testing.T) photos.Store {
		c := newCloud(t)
		beside := c.bucket("&prefix=another")
		put(t, beside, name(99), []byte("somebody else's"))
		t.Cleanup(func() {
			if got, err := beside.Get(context.Background(), name(99)); err != nil || string(got) != "somebody else's" {
				t.Errorf("beside: %q, %v", got, err)
			}
		})
		return c.bucket("&prefix=guiwei/photos&region=cn-north-1")
	})
}

func TestBucketListsMoreThanAPage(t *testing.T) {
	t.Parallel()
	b := newCloud(t).bucket("&prefix=many")
	for i := range 1001 {
		put(t, b, name(i), nil)
	}
	if got := listed(t, b); len(got) != 1001 {
		t.Errorf("%d listed", len(got))
	}
}

// Rows: F18
//
// TestPassingFaultsOfTheBucketAreNotSeen has two calls go wrong in each way: the call is made a third time, and ends well.
func TestPassingFaultsOfTheBucketAreNotSeen(t *testing.T) {
	t.Parallel()
	picture := bytes.Repeat([]byte("sealed"), 50_000)
	for what, wrong := range map[string]fault{
		"500": refuse(500), "503": refuse(503), "429": refuse(429), "stall": stall, "lost reply": lostReply,
		"cut request": cutRequest, "cut answer": cutAnswer, "slow answer": slowAnswer,
	} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			c := newCloud(t)
			b := c.hasty()
			c.next(2, wrong)
			put(t, b, name(1), picture)
			c.next(2, wrong)
			if got, err := b.Get(t.Context(), name(1)); err != nil || !bytes.Equal(got, picture) {
				t.Errorf("get: %d bytes, %v", len(got), err)
			}
			c.next(2, wrong)
			if got := listed(t, b); len(got) != 1 {
				t.Errorf("%d listed", len(got))
			}
			c.next(2, wrong)
			if err := b.Delete(t.Context(), name(1)); err != nil {
				t.Errorf("delete: %v", err)
			}
			c.heal()
			if _, err := b.Get(t.Context(), name(1)); !errors.Is(err, photos.ErrNone) {
				t.Errorf("deleted: %v", err)
			}
		})
	}
}

// Rows: F18
//
// TestLastingFaultsOfTheBucketEndInTime has every call go wrong: each ends within the patience, and nothing half is there.
func TestLastingFaultsOfTheBucketEndInTime(t *testing.T) {
	t.Parallel()
	before, picture := []byte("the picture before"), bytes.Repeat([]byte("sealed"), 50_000)
	for what, wrong := range map[string]fault{
		"500": refuse(500), "403": refuse(403), "stall": stall, "cut request": cutRequest, "garbled": garbled,
	} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			c := newCloud(t)
			b := c.hasty()
			put(t, b, name(1), before)
			c.next(100, wrong)
			began := time.Now()
			if err := b.Put(t.Context(), name(1), picture); err == nil || strings.Contains(err.Error(), name(1)) || strings.Contains(err.Error(), "127.0.0.1") {
				t.Errorf("put: %v", err)
			}
			if took := time.Since(began); took > 5*time.Second || c.called() > 3 {
				t.Errorf("ended after %v and %d calls", took, c.called())
			}
			if got, err := c.hasty().Get(t.Context(), name(1)); what != "garbled" && err == nil {
				t.Errorf("read %d bytes through a fault", len(got))
			}
			c.heal()
			if got, err := b.Get(t.Context(), name(1)); err != nil || !bytes.Equal(got, before) {
				t.Errorf("the picture before: %d bytes, %v", len(got), err)
			}
		})
	}
}

func (c *cloud) heal() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.wrong = nil
}

// Rows: F18
func TestObjectThatTheBucketTruncatedDoesNotOpen(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	s := photos.New(c.bucket(""), keys(t))
	blob, err := s.Put(t.Context(), "203.9f86|front", jpeg)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := c.bucket("").Get(t.Context(), blob)
	if err != nil {
		t.Fatal(err)
	}
	for _, left := range []int{0, 1, len(raw) / 2, len(raw) - 1} {
		put(t, c.bucket(""), blob, raw[:left])
		if got, err := s.Get(t.Context(), "203.9f86|front", blob); !errors.Is(err, vault.ErrUnreadable) {
			t.Errorf("%d of %d bytes: %q, %v", left, len(raw), got, err)
		}
	}
}

func TestBucketThatBetraysIsKnown(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	b := c.hasty()
	put(t, b, name(1), []byte("x"))
	for _, is := range []struct{ public, versioned bool }{{false, false}, {true, false}, {true, true}} {
		c.open.Store(is.public)
		if is.versioned {
			if err := c.disk.SetVersioningConfiguration("photos", gofakes3.VersioningConfiguration{Status: gofakes3.VersioningEnabled}); err != nil {
				t.Fatal(err)
			}
		}
		if public, versioned, err := b.Exposed(t.Context(), name(1)); err != nil || public != is.public || versioned != is.versioned {
			t.Errorf("public %v, versioned %v, %v; want %v", public, versioned, err, is)
		}
	}
}

func TestBucketURLIsReadAndNeverQuoted(t *testing.T) {
	t.Parallel()
	for _, bad := range []string{
		"s3://key:canary@host", "s3://key:canary@host/", "s3://key:canary@host/a/b", "s3://canary@host/b", "s3://:canary@host/b", "s3:canary",
		"s3://key:canary@/b", "s3://key:canary%zz@host/b", "s3://key:canary@host/b?tls=canary", "s3://key:canary@host:port/b", "https://key:canary@host/b",
	} {
		if _, err := photos.OpenBucket(bad); err == nil || strings.Contains(err.Error(), "canary") {
			t.Errorf("%q: %v", bad, err)
		}
	}
}
