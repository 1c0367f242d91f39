package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"time"

	"guiwei/bot/config"
	"guiwei/bot/telegram"
	"guiwei/storage"
	"guiwei/storage/photos"
	"guiwei/storage/vault"
)

// report prints findings one a line: "ok", "unknown", "warn" or "FAULT", the thing, what to do.
type report struct {
	out    io.Writer
	faults int
}

func (r *report) say(mark, thing, text string) {
	if mark == "FAULT" {
		r.faults++
	}
	fmt.Fprintf(r.out, "%-8s %-18s %s\n", mark, thing, text)
}

func (r *report) judge(thing string, err error, fine string) bool {
	if err != nil {
		r.say("FAULT", thing, err.Error())
		return false
	}
	r.say("ok", thing, fine)
	return true
}

// Check tells the operator what is wrong with the configuration and with everything it names.
func Check(ctx context.Context, out io.Writer) error {
	r := &report{out: out}
	c, err := config.Load(environ())
	for _, f := range config.Faults(err) {
		r.say("FAULT", f.Name, f.Text)
	}
	for _, f := range c.Remarks() {
		r.say("warn", f.Name, f.Text)
	}
	ctx, cancel := context.WithTimeout(ctx, 20*time.Second)
	defer cancel()
	checkStores(ctx, r, c)
	checkCalendar(r, c)
	checkTelegram(ctx, r, c)
	if r.faults > 0 {
		return fmt.Errorf("%d faults", r.faults)
	}
	return nil
}

func checkStores(ctx context.Context, r *report, c config.Config) {
	v, err := vault.OpenFile(c.KeysFile)
	if !r.judge("KEYS_FILE", err, "keys can be read") {
		return
	}
	p, err := photos.Open(c.PhotosURL.Reveal(), v)
	if r.judge("PHOTOS_URL", err, "photo store opens") {
		_ = p.Close()
	}
	store, err := storage.Open(ctx, storage.Options{URL: c.RedisURL.Reveal(), Vault: v, Log: slog.New(slog.DiscardHandler)})
	if !r.judge("REDIS_URL", err, "redis answers") {
		return
	}
	defer store.Close()
	nodes, err := store.Health(ctx)
	if err != nil {
		r.say("FAULT", "redis", err.Error())
	}
	for _, h := range nodes {
		checkRedis(r, h)
	}
}

// skewAllowed is how far Redis's clock may be from ours before an operator should know.
const skewAllowed = 2 * time.Second

// checkRedis holds one node against what keeps every promise: appendfsync always, noeviction, a limit that is known.
func checkRedis(r *report, h storage.Health) {
	thing := "redis " + h.Address
	if h.Version == storage.Unknown {
		r.say("unknown", thing, "tells nothing of itself")
	}
	judge := func(name, value, want, mend string) {
		switch value {
		case want:
			r.say("ok", thing, name+" "+value)
		case storage.Unknown:
			r.say("unknown", thing, name+": this Redis does not tell; ask who runs it whether it is "+want)
		default:
			r.say("FAULT", thing, name+" is "+value+": "+mend)
		}
	}
	judge("appendonly", h.AppendOnly, "yes", "a restart loses everything; set appendonly yes")
	judge("appendfsync", h.AppendFsync, "always", "a power cut loses what was promised; set appendfsync always")
	judge("maxmemory-policy", h.Eviction, "noeviction", "a full Redis would throw accounts away; set maxmemory-policy noeviction")
	if h.SkewKnown && h.Skew.Abs() > skewAllowed {
		r.say("warn", thing, "its clock is "+h.Skew.Round(time.Millisecond).String()+" from ours: set both by NTP")
	}
}

// checkCalendar tells whether the holidays of this year and the next are known: a year without data is an alarm.
func checkCalendar(r *report, c config.Config) {
	calendar, err := (&App{config: c}).calendar()
	if !r.judge("HOLIDAYS_FILE", err, "calendar reads") {
		return
	}
	now := time.Now()
	if !calendar.Covers(now.Year()) {
		r.say("FAULT", "calendar", fmt.Sprintf("no holidays are known for %d: write them into HOLIDAYS_FILE", now.Year()))
	}
	if now.Month() >= time.November && !calendar.Covers(now.Year()+1) {
		r.say("warn", "calendar", fmt.Sprintf("no holidays are known for %d yet: write them into HOLIDAYS_FILE before January", now.Year()+1))
	}
}

func checkTelegram(ctx context.Context, r *report, c config.Config) {
	client, err := telegram.New(telegram.Options{Token: telegram.NewToken(c.TelegramToken.Reveal()), APIURL: c.TelegramAPIURL,
		Log: slog.New(slog.DiscardHandler), Clock: wall{}})
	if !r.judge("TELEGRAM_API_URL", err, "address reads") {
		return
	}
	me, err := client.GetMe(ctx)
	if errors.Is(err, telegram.ErrUnauthorized) {
		r.say("FAULT", "TELEGRAM_TOKEN", "Telegram refuses it: copy it again from BotFather, or make a new one with /revoke")
		return
	}
	if !r.judge("telegram", err, "answers as @"+me.Username) {
		return
	}
	if me.ReadsAllInGroup {
		r.say("warn", "privacy mode", "is off: the bot reads all of its groups; switch it on with BotFather, /setprivacy")
	}
	hook, err := client.GetWebhookInfo(ctx)
	switch {
	case err != nil:
		r.say("unknown", "webhook", err.Error())
	case hook.URL != c.WebhookURL:
		r.say("warn", "webhook", "Telegram posts elsewhere than WEBHOOK_URL says; it is set anew when serve starts")
	default:
		r.say("ok", "webhook", fmt.Sprintf("as configured, %d updates waiting", hook.Pending))
	}
}
