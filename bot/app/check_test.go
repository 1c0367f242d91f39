package app

import (
	"bytes"
	"flag"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/maintnotifications"

	"guiwei/bot/sim"
	"guiwei/storage"
	"guiwei/storage/storagetest"
	"guiwei/storage/vault"
)

// site is a configuration with everything it names.
type site struct {
	t       *testing.T
	dir     string
	redis   *storagetest.Node
	sim     *httptest.Server
	environ map[string]string
	now     time.Time
}

// newSite has no fault but a Redis without a replica.
func newSite(t *testing.T) *site {
	t.Helper()
	s := &site{t: t, dir: t.TempDir(), redis: storagetest.Own(t), now: time.Date(2026, 11, 23, 4, 0, 0, 0, time.UTC)}
	stage := sim.New(demoStage())
	s.sim = httptest.NewServer(stage)
	t.Cleanup(func() { stage.Close(); s.sim.Close() })
	keys := filepath.Join(s.dir, "keys.json")
	if err := vault.CreateFile(keys); err != nil {
		t.Fatal(err)
	}
	s.environ = map[string]string{"TELEGRAM_TOKEN": demoToken, "TELEGRAM_API_URL": s.sim.URL, "REDIS_URL": s.redis.URL,
		"KEYS_FILE": keys, "PHOTOS_URL": "file:" + filepath.Join(s.dir, "photos"), "SMS_URL": "sim:" + s.sim.URL,
		"MAIL_URL": "sim:" + s.sim.URL, "OWNER_IDS": "1", "OPERATOR_NAME": "示例大学", "SUPPORT_CONTACT": "010-0000 0000"}
	return s
}

// store opens what the site names.
func (s *site) store() *storage.Store {
	s.t.Helper()
	v, err := vault.OpenFile(s.environ["KEYS_FILE"])
	if err != nil {
		s.t.Fatal(err)
	}
	store, err := storage.Open(s.t.Context(), storage.Options{URL: s.redis.URL, Vault: v})
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { _ = store.Close() })
	return store
}

func (s *site) bind(kind string, group int64) {
	s.t.Helper()
	if err := s.store().BindGroup(s.t.Context(), kind, group); err != nil {
		s.t.Fatal(err)
	}
}

// configure sets what redis-server was started with.
func (s *site) configure(name, value string) {
	s.t.Helper()
	rdb := redis.NewClient(&redis.Options{Addr: s.redis.Address, DisableIdentity: true,
		MaintNotificationsConfig: &maintnotifications.Config{Mode: maintnotifications.ModeDisabled}})
	defer rdb.Close()
	if err := rdb.ConfigSet(s.t.Context(), name, value).Err(); err != nil {
		s.t.Fatal(err)
	}
}

// check is what the command prints, without what differs from run to run, and its error.
func (s *site) check() (string, error) {
	s.t.Helper()
	var out bytes.Buffer
	err := check(s.t.Context(), &out, s.environ, s.now)
	text := strings.NewReplacer(s.dir, "DIR", s.redis.Address, "REDIS", s.sim.URL, "SIM").Replace(out.String())
	text = regexp.MustCompile(`127\.0\.0\.1:\d+`).ReplaceAllString(text, "ADDRESS")
	text = regexp.MustCompile(`user \d+`).ReplaceAllString(text, "user UID")
	text = regexp.MustCompile(`\w+ +room for photos .*`).ReplaceAllString(text, "…  room for photos  …")
	return regexp.MustCompile(` {2,}`).ReplaceAllString(text, "  "), err
}

// golden compares with testdata/check/NAME.txt; -update writes it.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", "check", name+".txt")
	if flag.Lookup("update").Value.String() == "true" {
		if err := os.WriteFile(path, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("go test ./bot/app -update writes it anew\n%s", diff)
	}
}

func TestCheckOfASoundSiteFindsNoFault(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.bind(storage.Reviewers, reviewersGroup)
	s.bind(storage.Counselors, counselorsGroup)
	text, err := s.check()
	if err != nil {
		t.Error(err)
	}
	golden(t, "sound", text)
}

func TestCheckNamesEachFaultWithItsMend(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	for name, value := range map[string]string{"appendfsync": "everysec", "maxmemory-policy": "allkeys-lru"} {
		s.configure(name, value)
	}
	s.bind(storage.Reviewers, -4242) // nobody knows it
	secured := httptest.NewTLSServer(http.NotFoundHandler())
	t.Cleanup(secured.Close)
	dead, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_ = dead.Close()
	s.environ["WEBHOOK_URL"], s.environ["WEBHOOK_SECRET"] = secured.URL+"/hook", benchSecret
	s.environ["MAIL_URL"] = "smtp://bot:pw@" + dead.Addr().String() + "?from=bot@example.edu"
	s.environ["OWNER_IDS"], s.environ["SUPPORT_CONTACT"], s.environ["ALLOW_TEST_IDS"] = "", "", "true"
	s.now = time.Date(2031, 3, 1, 0, 0, 0, 0, time.UTC)
	text, err := s.check()
	if err == nil {
		t.Error("faults, and it ends well")
	}
	golden(t, "faults", text)
}

func TestCheckGoesOnWhereItCannotLook(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	open := []os.FileMode{0o644}
	if err := os.Chmod(s.environ["KEYS_FILE"], open[0]); err != nil {
		t.Fatal(err)
	}
	s.environ["TELEGRAM_TOKEN"] = "1000001:another-token-that-telegram-refuses"
	s.environ["SMS_URL"], s.environ["ALLOW_INSECURE"], s.environ["UNDO_SECONDS"] = "log:", "true", "soon"
	text, err := s.check()
	if err == nil {
		t.Error("faults, and it ends well")
	}
	golden(t, "blind", text)
}

func TestCheckKnowsDataThatOtherKeysSealed(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.store()
	other := filepath.Join(s.dir, "other.json")
	if err := vault.CreateFile(other); err != nil {
		t.Fatal(err)
	}
	s.environ["KEYS_FILE"] = other
	text, err := s.check()
	if err == nil || !strings.Contains(text, "FAULT  stored data  ") {
		t.Errorf("%v\n%s", err, text)
	}
}

func TestCheckSaysWhatTheSMSProviderSaid(t *testing.T) {
	t.Parallel()
	for status, want := range map[int]string{
		http.StatusOK:                  "ok  SMS_URL  answers; nothing was sent",
		http.StatusUnauthorized:        "FAULT  SMS_URL  refuses us (gateway answers status 401: misconfigured courier): look at",
		http.StatusBadGateway:          "FAULT  SMS_URL  cannot be reached (gateway answers status 502: ",
		http.StatusUnprocessableEntity: "unknown  SMS_URL  cannot be checked without sending (gateway knows no check: ",
	} {
		s := newSite(t)
		provider := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(status) }))
		t.Cleanup(provider.Close)
		s.environ["SMS_URL"], s.environ["ALLOW_INSECURE"] = provider.URL+"/?key="+strings.Repeat("k", 32), "true"
		text, _ := s.check()
		if !strings.Contains(text, want) || strings.Contains(text, "kkkk") {
			t.Errorf("status %d:\n%s", status, text)
		}
	}
}
