package app

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/johannesboyne/gofakes3"
	"github.com/johannesboyne/gofakes3/backend/s3mem"
)

func TestCheckLooksAtTheBucketOfPhotos(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		private, versioned bool
		bucket, says       string
	}{
		{true, false, "photos", "ok  privacy of photos  the bucket is private"},
		{false, false, "photos", "FAULT  privacy of photos  the bucket can be read without a key"},
		{true, true, "photos", "FAULT  privacy of photos  the bucket keeps versions"},
		{true, false, "elsewhere", "FAULT  PHOTOS_URL  cannot be written: look at host, region, bucket and key"},
	} {
		s := newSite(t)
		s.environ["PHOTOS_URL"] = "s3://key:canary@" + bucketAt(t, row.private, row.versioned) + "/" + row.bucket + "?tls=none"
		text, err := s.check()
		if !strings.Contains(text, row.says) || strings.Contains(text, "canary") || (err == nil) != strings.HasPrefix(row.says, "ok") {
			t.Errorf("%+v: %v\n%s", row, err, text)
		}
	}
}

// bucketAt serves a bucket named photos; a private one refuses what is not signed.
func bucketAt(t *testing.T, private, versioned bool) (host string) {
	t.Helper()
	disk := s3mem.New()
	if err := disk.CreateBucket("photos"); err != nil {
		t.Fatal(err)
	}
	if versioned {
		if err := disk.SetVersioningConfiguration("photos", gofakes3.VersioningConfiguration{Status: gofakes3.VersioningEnabled}); err != nil {
			t.Fatal(err)
		}
	}
	s3 := gofakes3.New(disk).Server()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if private && r.Header.Get("Authorization") == "" {
			w.WriteHeader(http.StatusForbidden)
			return
		}
		s3.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	return strings.TrimPrefix(server.URL, "http://")
}
