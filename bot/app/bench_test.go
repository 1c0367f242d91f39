package app

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"guiwei/bot/config"
	"guiwei/bot/tap"
	"guiwei/bot/telegram"
	"guiwei/flows"
	"guiwei/storage/storagetest"
	"guiwei/storage/vault"
)

func TestMain(m *testing.M) { storagetest.Main(m) }

const benchSecret = "0123456789abcdef0123456789abcdef"

// silentTelegram takes every call and answers as Telegram would.
func silentTelegram(tb testing.TB) *httptest.Server {
	tb.Helper()
	var id atomic.Int64
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprintf(w, `{"ok":true,"result":{"message_id":%d,"date":1,"chat":{"id":1,"type":"private"}}}`, id.Add(1))
	}))
	tb.Cleanup(s.Close)
	return s
}

// hooked is an app behind its webhook on a real Redis, whose pace waits for nothing.
func hooked(tb testing.TB) (*App, http.Handler) {
	tb.Helper()
	return hookedTo(tb, silentTelegram(tb).URL, slog.DiscardHandler)
}

// hookedTo is hooked to a Telegram, with owner 1.
func hookedTo(tb testing.TB, url string, log slog.Handler) (*App, http.Handler) {
	tb.Helper()
	dir := tb.TempDir()
	keys := filepath.Join(dir, "keys.json")
	if err := vault.CreateFile(keys); err != nil {
		tb.Fatal(err)
	}
	c, err := config.Load(map[string]string{"TELEGRAM_TOKEN": demoToken, "TELEGRAM_API_URL": url, "REDIS_URL": storagetest.Own(tb).URL,
		"KEYS_FILE": keys, "PHOTOS_URL": "file:" + filepath.Join(dir, "photos"), "SMS_URL": "sim:" + url, "MAIL_URL": "sim:" + url,
		"ALLOW_TEST_IDS": "true", "OWNER_IDS": "1", "WEBHOOK_URL": "http://127.0.0.1:1/hook", "WEBHOOK_SECRET": benchSecret, "LISTEN": "127.0.0.1:0",
		"OPERATOR_NAME": "示例大学", "SUPPORT_CONTACT": "010-0000 0000"})
	if err != nil {
		tb.Fatal(err)
	}
	a := &App{config: c, log: slog.New(log), clock: wall{}}
	if err := a.openStores(tb.Context()); err != nil {
		tb.Fatal(err)
	}
	a.client, err = telegram.New(telegram.Options{Token: telegram.NewToken(demoToken), APIURL: url, Log: a.log, Clock: &hurry{base: wall{}}})
	if err != nil {
		tb.Fatal(err)
	}
	if err := a.openEngine(tb.Context()); err != nil {
		tb.Fatal(err)
	}
	handler, err := a.web(nil)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { a.engine.Stop(); a.Close() })
	return a, handler
}

func text(update, user int64, words string) string {
	return fmt.Sprintf(`{"update_id":%d,"message":{"message_id":%d,"date":1,"chat":{"id":%d,"type":"private"},`+
		`"from":{"id":%d,"is_bot":false,"first_name":"A","language_code":"zh-hans"},"text":%q}}`, update, update, user, user, words)
}

func press(update, user int64, data string) string {
	return fmt.Sprintf(`{"update_id":%d,"callback_query":{"id":"q%d","from":{"id":%d,"is_bot":false,"first_name":"A"},"chat_instance":"1",`+
		`"message":{"message_id":1,"date":1,"chat":{"id":%d,"type":"private"}},"data":%q}}`, update, update, user, user, data)
}

// dialogue is the n-th input of a student who begins to register: taps, refused and accepted answers, a look for help.
func (a *App) dialogue(n, update, user int64) string {
	own := func(turn int, act string) string {
		return press(update, user, tap.Data(a.vault, user, flows.Button{Act: act, Frame: 2, Turn: turn}))
	}
	switch n % 9 {
	case 0:
		return text(update, user, "/start")
	case 1:
		return press(update, user, tap.Data(a.vault, user, flows.Everywhere("register")))
	case 2:
		return own(1, "terms")
	case 3:
		return own(1, "agree")
	case 4:
		return text(update, user, "12345")
	case 5:
		return text(update, user, "/help")
	case 6:
		return own(2, "relative")
	case 7:
		return own(3, "relation.parent")
	default:
		return text(update, user, "1501234")
	}
}

// BenchmarkUpdates sends updates of many students through webhook, engine and a real Redis (appendfsync always), each
// with its own effects. It reports updates per second and the Redis round trips of one update, effects included.
func BenchmarkUpdates(b *testing.B) {
	a, handler := hooked(b)
	server := httptest.NewServer(handler)
	defer server.Close()
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 128}, Timeout: 30 * time.Second}
	var next, users atomic.Int64
	before := a.store.Trips()
	b.SetParallelism(32)
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		for n, user := int64(0), int64(0); pb.Next(); n++ {
			if n%9 == 0 {
				user = 1000 + users.Add(1)
			}
			if err := post(b.Context(), client, server.URL+"/hook", a.dialogue(n, next.Add(1), user)); err != nil {
				b.Error(err)
				return
			}
		}
	})
	b.StopTimer()
	for !a.engine.Idle() {
		_ = (wall{}).Sleep(b.Context(), time.Millisecond)
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "updates/s")
	b.ReportMetric(float64(a.store.Trips()-before)/float64(b.N), "trips/update")
}

func post(ctx context.Context, client *http.Client, url, body string) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewBufferString(body))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("X-Telegram-Bot-Api-Secret-Token", benchSecret)
	resp, err := client.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	_, _ = io.Copy(io.Discard, resp.Body)
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("status %s", resp.Status)
	}
	return nil
}
