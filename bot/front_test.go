package main_test

import (
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// front is compose.yaml's TLS front before two real replicas.
type front struct {
	*play
	address string
	client  *http.Client
	says    log
}

// openFront runs Debian's caddy with the Caddyfile of the top level; networks are those it takes for Telegram's.
func (p *play) openFront(caddy, networks string) *front {
	p.t.Helper()
	address := freeAddress(p.t)
	_, port, err := net.SplitHostPort(address)
	if err != nil {
		p.t.Fatal(err)
	}
	home := p.t.TempDir()
	cmd := exec.Command(caddy, "run", "--config", filepath.Join(root, "Caddyfile"), "--adapter", "caddyfile") //nolint:noctx // killed below
	cmd.Env = append(os.Environ(), "HOME="+home, "XDG_DATA_HOME="+home, "XDG_CONFIG_HOME="+home, "GUIWEI_HOST=https://localhost:"+port,
		"GUIWEI_BOTS="+p.bots[0].address+" "+p.bots[1].address, "TELEGRAM_NETWORKS="+networks)
	f := &front{play: p, address: "https://localhost:" + port, client: &http.Client{Timeout: 10 * time.Second,
		Transport: &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}}} // caddy's own authority
	cmd.Stdout, cmd.Stderr = &f.says, &f.says
	if err := cmd.Start(); err != nil {
		p.t.Fatal(err)
	}
	p.t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	p.eventually("caddy answers", func() bool { return f.post(http.MethodGet, "/", "", "") == http.StatusNotFound })
	return f
}

// post sends a request through the front and answers the status, 0 without one.
func (f *front) post(method, path, secret, body string) int {
	req, err := http.NewRequestWithContext(context.Background(), method, f.address+path, strings.NewReader(body))
	if err != nil {
		f.t.Fatal(err)
	}
	req.Header.Set("X-Telegram-Bot-Api-Secret-Token", secret)
	resp, err := f.client.Do(req)
	if err != nil {
		return 0
	}
	_ = resp.Body.Close()
	return resp.StatusCode
}

// The Caddyfile in front of two real replicas: who is not Telegram, or says not the secret, or too much, is refused and
// reaches no Redis; what Telegram posts is taken by the other replica too when one is dead. With PROOF and Debian's caddy.
func TestTheFrontLetsNobodyButTelegramIn(t *testing.T) {
	t.Parallel()
	caddy, err := exec.LookPath("caddy")
	if !proof() || err != nil {
		return // a release's proof: apt-get install caddy
	}
	p := set(t, cell{mode: byWebhook, replicas: 2}, nil, newSeed(t))
	for i, pair := range p.env {
		if strings.HasPrefix(pair, "WEBHOOK_URL=") {
			p.env[i] = strings.TrimSuffix(pair, "/hook") + "/telegram"
		}
	}
	p.startAll()
	hello := func(id int) string {
		return fmt.Sprintf(`{"update_id":%d,"message":{"message_id":%d,"date":1,"chat":{"id":42,"type":"private"},"from":{"id":42,"first_name":"A"},"text":"/start"}}`, id, id)
	}
	stranger := p.openFront(caddy, "149.154.160.0/20 91.108.4.0/22")
	if got := stranger.post(http.MethodPost, "/telegram", hookSecret, hello(900_001)); got != http.StatusForbidden {
		t.Errorf("from elsewhere, with the secret: %d", got)
	}
	f := p.openFront(caddy, "127.0.0.0/8 ::1/128")
	before := p.stored()
	for _, row := range []struct {
		method, path, secret, body string
		want                       int
	}{
		{http.MethodPost, "/telegram", "", hello(900_002), http.StatusUnauthorized},
		{http.MethodPost, "/telegram", strings.Repeat("x", 40), hello(900_002), http.StatusUnauthorized},
		{http.MethodGet, "/telegram", hookSecret, "", http.StatusForbidden},
		{http.MethodPost, "/readyz", hookSecret, "", http.StatusNotFound},
		{http.MethodGet, "/metrics", "", "", http.StatusNotFound},
		{http.MethodGet, "/healthz", "", "", http.StatusNotFound},
	} {
		if got := f.post(row.method, row.path, row.secret, row.body); got != row.want {
			t.Errorf("%s %s with %d bytes: %d, want %d", row.method, row.path, len(row.body), got, row.want)
		}
	}
	// caddy 2.6 gives up on its way to the replica, later ones say what it is
	if got := f.post(http.MethodPost, "/telegram", hookSecret, strings.Repeat(" ", 2<<20)); got != http.StatusRequestEntityTooLarge && got != http.StatusBadGateway {
		t.Errorf("2 MiB: %d", got)
	}
	if after := p.stored(); after != before {
		t.Errorf("%d keys before the forged posts, %d after", before, after)
	}
	if got := f.post(http.MethodPost, "/telegram", hookSecret, hello(900_003)); got != http.StatusOK {
		t.Errorf("a real update: %d", got)
	}
	_ = p.bots[0].process.Kill()
	<-p.bots[0].gone
	died := time.Now()
	for id := range 10 {
		// like Telegram, which posts again what was not taken
		p.eventually("an update is taken with one replica dead", func() bool {
			return f.post(http.MethodPost, "/telegram", hookSecret, hello(900_010+id)) == http.StatusOK
		})
	}
	if took := time.Since(died); took > 5*time.Second {
		t.Errorf("ten updates with one replica dead took %v", took)
	}
	for name, text := range map[string]string{"the front": f.says.String(), "the stranger's front": stranger.says.String()} {
		if strings.Contains(text, hookSecret) {
			t.Errorf("%s logs the secret", name)
		}
	}
	if t.Failed() {
		t.Logf("%s", f.says.String())
	}
	if p.stored() <= before {
		t.Error("the real updates left nothing in Redis")
	}
}

// stored counts what stands in Redis.
func (p *play) stored() int64 {
	p.t.Helper()
	n, err := p.rdb.DBSize(context.Background()).Result()
	if err != nil {
		p.t.Fatal(err)
	}
	return n
}
