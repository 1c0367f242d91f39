package main_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/txtar"

	"guiwei/bot/app"
	"guiwei/bot/config"
	"guiwei/flows"
)

// sampled is one line of a scrape.
type sampled struct {
	name   string
	labels map[string]string
	value  float64
}

// figures scrapes the bot as Prometheus does.
func (p *play) figures() []sampled {
	p.t.Helper()
	body, code := p.ask("http://" + p.setting("METRICS_LISTEN") + "/metrics")
	if code != http.StatusOK {
		p.t.Fatalf("scrape: %d %s", code, body)
	}
	var all []sampled
	line := regexp.MustCompile(`^([a-z_]+)(?:\{(.*)\})? (\S+)$`)
	label := regexp.MustCompile(`([a-z]+)="([^"]*)"`)
	for raw := range strings.Lines(body) {
		m := line.FindStringSubmatch(strings.TrimSpace(raw))
		if m == nil || !strings.HasPrefix(m[1], "guiwei_") {
			continue
		}
		f := sampled{name: m[1], labels: map[string]string{}}
		f.value, _ = strconv.ParseFloat(m[3], 64)
		for _, l := range label.FindAllStringSubmatch(m[2], -1) {
			f.labels[l[1]] = l[2]
		}
		all = append(all, f)
	}
	return all
}

// sum adds what has these labels, each "label=value".
func sum(all []sampled, name string, labels ...string) (total float64) {
	for _, f := range all {
		fits := f.name == name
		for _, l := range labels {
			key, value, _ := strings.Cut(l, "=")
			fits = fits && f.labels[key] == value
		}
		if fits {
			total += f.value
		}
	}
	return total
}

func (p *play) ask(address string) (string, int) {
	p.t.Helper()
	req, err := http.NewRequestWithContext(context.Background(), http.MethodGet, address, nil)
	if err != nil {
		p.t.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		p.t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		p.t.Fatal(err)
	}
	return string(body), resp.StatusCode
}

// watched is a stage whose bot shows its figures.
func watched(t *testing.T, mode string, files []txtar.File) *play {
	t.Helper()
	p := set(t, cell{mode: mode, replicas: 1}, files, newSeed(t))
	p.env = append(p.env, "METRICS_LISTEN="+freeAddress(t), "LISTEN="+p.bots[0].address)
	p.startAll()
	return p
}

// Rows: P44
//
// The guide's story is told, then the figures say what happened, and every label is a word known at start: none holds a
// person.
func TestFiguresTellTheStoryAndNobodysName(t *testing.T) {
	t.Parallel()
	raw, err := os.ReadFile("testdata/script/main.txtar")
	if err != nil {
		t.Fatal(err)
	}
	story := txtar.Parse(raw)
	p := watched(t, byPolling, story.Files)
	p.script("main.txtar", string(story.Comment))
	all := p.figures()
	for _, want := range []struct {
		name   string
		labels []string
		value  float64
	}{
		{"guiwei_verdicts_total", []string{"verdict=approved"}, 1},
		{"guiwei_review_seconds_count", []string{"verdict=approved"}, 1},
		{"guiwei_answers_total", []string{"of=register", "outcome=ok"}, 2},
		{"guiwei_answers_total", []string{"of=register", "outcome=taken"}, 1},
		{"guiwei_answers_total", []string{"of=submit", "outcome=ok"}, sum(all, "guiwei_verdicts_total")},
		{"guiwei_step_left_total", []string{"flow=reclaim", "event=other"}, 0},
		{"guiwei_updates_total", []string{"result=doubt"}, 0},
		{"guiwei_effects_total", []string{"result=never"}, 0},
		{"guiwei_outboxes", nil, 0},
		{"guiwei_redis_up", nil, 1},
		{"guiwei_polling", nil, 1},
		{"guiwei_ready", nil, 1},
		{"guiwei_parked_total", nil, 0},
		{"guiwei_redis_trip_seconds_count", []string{"result=failed"}, 0},
		{"guiwei_cases", nil, 0},
	} {
		if got := sum(all, want.name, want.labels...); got != want.value {
			t.Errorf("%s%v is %v, want %v", want.name, want.labels, got, want.value)
		}
	}
	for _, name := range []string{"guiwei_updates_total", "guiwei_update_seconds_count", "guiwei_decide_seconds_count",
		"guiwei_commit_seconds_count", "guiwei_photo_seconds_count", "guiwei_step_entered_total", "guiwei_step_left_total"} {
		if sum(all, name) == 0 {
			t.Errorf("%s is 0 after a whole story", name)
		}
	}
	entered, left := sum(all, "guiwei_step_entered_total"), sum(all, "guiwei_step_left_total")
	if stand := entered - left; stand < 1 || stand > 20 {
		t.Errorf("%v steps entered, %v left: %v conversations stand somewhere", entered, left, stand)
	}
	p.knowsEveryLabel(all)
}

// knowsEveryLabel wants each label's value in the list of its label.
func (p *play) knowsEveryLabel(all []sampled) {
	p.t.Helper()
	known := labels(p.t)
	if len(all) < 500 {
		p.t.Errorf("%d figures: something is missing", len(all))
	}
	for _, f := range all {
		for name, value := range f.labels {
			list, ok := known[name]
			if _, err := strconv.ParseFloat(value, 64); name == "le" && err == nil {
				continue
			}
			if !ok || !slices.Contains(list, value) && value != "other" {
				p.t.Errorf("%s has %s=%q, which is in no list", f.name, name, value)
			}
		}
	}
}

// labels lists what each label may say.
func labels(t *testing.T) map[string][]string {
	t.Helper()
	book, err := app.Book(config.Config{})
	if err != nil {
		t.Fatal(err)
	}
	l := map[string][]string{
		"effect": flows.EffectNames(), "event": {"dropped"}, "result": {"ok", "doubt", "later", "never", "failed"},
		"kind": {"text", "tap", "command", "picture", "contact", "edited", "joined", "moved", "nothing", "flooded"},
		"what": {"input", "entry", "update"}, "verdict": {"accept", "warn", "reject", "approved", "refused"},
		"limit": {"day", "all"}, "attempt": {"1", "2", "3", "4", "5"},
		"of":    {"code", "login", "register", "submit", "claim", "release", "approve", "refuse", "undo"},
		"state": {"queued", "claimed", "approving", "refusing"},
		"outcome": {"ok", "taken", "queued", "full", "blocked", "failed", "wrong", "day", "all", "open", "stale", "refused", "ended", "outside", "unsure",
			"limited", "retry", "rejected", "gone", "no_member", "not_modified", "query_too_old", "migrated", "unauthorized", "conflict", "too_big"},
		"code": {"0", "400", "401", "403", "404", "409", "413", "429", "500", "502", "503", "504"},
		"method": {"getMe", "getUpdates", "getFile", "file", "getChatMember", "getWebhookInfo", "setWebhook", "deleteWebhook", "setMyCommands",
			"setMyDescription", "setMyShortDescription", "sendMessage", "sendPhoto", "sendDocument", "sendMediaGroup", "sendChatAction",
			"editMessageText", "editMessageCaption", "editMessageReplyMarkup", "deleteMessage", "answerCallbackQuery", "leaveChat"},
	}
	for name, f := range book.Flows() {
		l["flow"] = append(l["flow"], name)
		for _, row := range f.Rows() {
			l["state"], l["event"] = append(l["state"], row[0]), append(l["event"], row[1])
		}
	}
	return l
}

// Rows: T7
//
// Somebody with the token points the webhook at another address: within 90 s of the clock it is seen, cried about, and ours
// again.
func TestAStolenWebhookIsSeenAndTakenBack(t *testing.T) {
	t.Parallel()
	p := watched(t, byWebhook, nil)
	api, ours := p.setting("TELEGRAM_API_URL")+"/bot"+botToken+"/", p.setting("WEBHOOK_URL")
	p.eventually("the webhook is set", func() bool { return p.hookOf(api) == ours })
	if body, code := p.ask(api + "setWebhook?url=" + url.QueryEscape("http://127.0.0.1:1/thief")); code != http.StatusOK {
		t.Fatalf("steal: %d %s", code, body)
	}
	moved := time.Duration(0)
	for ; p.hookOf(api) != ours; moved += 10 * time.Second {
		if moved >= 90*time.Second {
			t.Fatalf("after %v Telegram still posts elsewhere", moved)
		}
		p.move(10 * time.Second)
		p.briefly(func() bool { return p.hookOf(api) == ours })
	}
	p.eventually("the figure tells it", func() bool { return sum(p.figures(), "guiwei_webhook_drifts_total") == 1 })
	if log := p.logs.String(); !strings.Contains(log, `"level":"ERROR","msg":"telegram posts elsewhere`) || strings.Contains(log, "thief") {
		t.Errorf("the log does not cry, or repeats the thief's address:\n%s", log)
	}
	p.script("after", "student 42 says /start\nbot tells 42 home.guest")
}

// hookOf is where Telegram posts to.
func (p *play) hookOf(api string) string {
	body, _ := p.ask(api + "getWebhookInfo")
	var answer struct {
		Result struct {
			URL string `json:"url"`
		} `json:"result"`
	}
	if err := json.Unmarshal([]byte(body), &answer); err != nil {
		p.t.Fatal(err)
	}
	return answer.Result.URL
}

// eventually waits until something holds.
func (p *play) eventually(what string, holds func() bool) {
	p.t.Helper()
	for limit := time.Now().Add(p.patient); !holds(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(limit) {
			p.t.Fatalf("not so in time: %s\n%s", what, p.logs.String())
		}
	}
}

// briefly gives something the time of a few calls to come true.
func (p *play) briefly(holds func() bool) {
	for limit := time.Now().Add(300 * time.Millisecond); !holds() && time.Now().Before(limit); {
		time.Sleep(5 * time.Millisecond)
	}
}

func TestHealthcheckAsksTheRunningBot(t *testing.T) {
	t.Parallel()
	p := watched(t, byPolling, nil)
	p.eventually("it is ready", func() bool { _, err := p.command("healthcheck"); return err == nil })
	if _, code := p.ask(fmt.Sprintf("http://%s/healthz", p.bots[0].address)); code != http.StatusOK {
		t.Errorf("healthz: %d", code)
	}
	p.stop()
	out, err := p.command("healthcheck")
	if err == nil || !strings.Contains(string(out), "does not answer") {
		t.Errorf("a dead bot: %v %s", err, out)
	}
}
