package config

import (
	"net"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"guiwei/locales"
)

// Validate judges a Config that is to serve, all faults joined. It looks at
// nothing outside the struct: whether Redis answers or a file can be opened is
// the check command's question.
func (c Config) Validate() error { return joined(c.judge()) }

// Remarks are what serves but deserves an operator's eye; check prints them.
func (c Config) Remarks() []Fault {
	return collect(
		unless(len(c.OwnerIDs) > 0, "OWNER_IDS", "is empty: nobody can bind groups or confirm reviewers; send /whoami to the bot and put the number here"),
		unless(c.OperatorName != "", "OPERATOR_NAME", "is empty: students do not see who runs the bot"),
		unless(c.SupportContact != "", "SUPPORT_CONTACT", "is empty: students who are stuck find no person"),
		c.unsentNotices(),
		unless(!c.AllowTestIDs, "ALLOW_TEST_IDS", "is on: fictitious ID numbers and cheap password hashes are accepted"),
		unless(!c.AllowInsecure, "ALLOW_INSECURE", "is on: codes may be printed and connections may be unencrypted"),
	)
}

func (c Config) judge() []Fault {
	return slices.Concat(
		c.judgeTelegram(), c.judgeWords(), c.judgeStores(), c.judgeWeb(), c.judgeOut(), c.judgeCouriers(), c.judgeRules(), c.judgeTestOnly(),
	)
}

func (c Config) judgeWords() []Fault {
	return collect(unless(slices.Contains(locales.Languages, c.GroupLanguage), "GROUP_LANGUAGE",
		"must be one of "+strings.Join(locales.Languages, ", ")))
}

func (c Config) judgeTelegram() []Fault {
	token, hook := c.TelegramToken.Reveal(), c.WebhookURL
	// looser than BotFather's tokens: test servers give short ones
	tokenLike := matches(`^[0-9]+:[A-Za-z0-9_-]+$`, token)
	faults := collect(
		unless(token != "", "TELEGRAM_TOKEN", "is missing; BotFather gives one for /newbot (or set TELEGRAM_TOKEN_FILE)"),
		unless(token == "" || tokenLike, "TELEGRAM_TOKEN", "does not look like a token; copy the whole 123456:ABC… that BotFather shows"),
		unless(isHTTP(c.TelegramAPIURL), "TELEGRAM_API_URL", "must be an address like https://api.telegram.org"),
		unless(!isHTTP(c.TelegramAPIURL) || c.mayTravel(c.TelegramAPIURL), "TELEGRAM_API_URL", "must be https: the token travels in it (http only to this machine, or with ALLOW_INSECURE=true)"),
	)
	if hook == "" {
		return faults
	}
	// Bot API, setWebhook: secret_token; 32 so that nobody guesses it
	secrets := c.WebhookSecrets()
	weak := slices.ContainsFunc(secrets, func(s string) bool { return !matches(`^[A-Za-z0-9_-]{32,256}$`, s) })
	return append(faults, collect(
		unless(isHTTP(hook) && c.mayTravel(hook), "WEBHOOK_URL", "must be an https address, or empty to poll"),
		unless(c.webhookPort(), "WEBHOOK_URL", "has a port that Telegram does not post to; use 443, 80, 88 or 8443"),
		unless(len(secrets) <= 2, "WEBHOOK_SECRET", "holds more than two; the one before the last change is enough"),
		unless(len(secrets) > 0 && !weak, "WEBHOOK_SECRET", "must be 32 to 256 letters, digits, _ or - when WEBHOOK_URL is set; openssl rand -hex 32 makes one"),
	)...)
}

// judgeOut looks at the hook of a school's own system.
func (c Config) judgeOut() []Fault {
	out := c.WebhookOutURL
	return collect(
		unless(out == "" || isHTTP(out) && c.mayTravel(out), "WEBHOOK_OUT_URL", "must be an https address, or empty"),
		unless(out == "" || len(c.WebhookOutSecret.Reveal()) >= 32, "WEBHOOK_OUT_SECRET",
			"must be 32 or more characters when WEBHOOK_OUT_URL is set; openssl rand -hex 32 makes one"),
	)
}

// webhookPort tells whether Telegram itself posts to that port (Bot API,
// setWebhook, note 3); a local server posts anywhere.
func (c Config) webhookPort() bool {
	api, err := url.Parse(c.TelegramAPIURL)
	if err != nil || api.Hostname() != "api.telegram.org" {
		return true
	}
	hook, err := url.Parse(c.WebhookURL)
	return err != nil || slices.Contains([]string{"", "443", "80", "88", "8443"}, hook.Port())
}

func (c Config) judgeStores() []Fault {
	return collect(
		unless(isRedis(c.RedisURL.Reveal()), "REDIS_URL", "must be redis://host:6379, rediss://host:6379, redis+cluster://a,b,c or redis+sentinel://a,b,c?master=NAME"),
		unless(c.KeysFile != "", "KEYS_FILE", "is missing; make one with: bot keygen"),
		c.judgePhotos(),
	)
}

// judgePhotos looks at scheme, key and host only; storage/photos reads the rest.
func (c Config) judgePhotos() Fault {
	const name = "PHOTOS_URL"
	raw := c.PhotosURL.Reveal()
	if folder, found := strings.CutPrefix(raw, "file:"); found && folder != "" {
		return Fault{}
	}
	if !strings.HasPrefix(raw, "s3:") {
		return Fault{name, "must be file:DIR, a folder for the sealed photos, or s3://KEY:SECRET@host/bucket"}
	}
	u, err := url.Parse(raw)
	if err != nil || u.Hostname() == "" || u.User.Username() == "" || strings.Trim(u.Path, "/") == "" {
		return Fault{name, "must be s3://KEY:SECRET@host/bucket?region=REGION; write special characters of the secret as %XX"}
	}
	return unless(u.Query().Get("tls") != "none" || c.mayTravel("http://"+u.Host), name,
		"has tls=none, which is for a server on this machine; elsewhere only with ALLOW_INSECURE=true")
}

func (c Config) judgeWeb() []Fault {
	return collect(
		unless(c.MetricsListen == "" || isAddress(c.MetricsListen), "METRICS_LISTEN", "must be host:port, like 127.0.0.1:9090, or empty"),
		unless(c.MetricsListen == "" || c.MetricsListen != c.Listen, "METRICS_LISTEN", "must differ from LISTEN: the figures are not for the public"),
		unless(isAddress(c.Listen), "LISTEN", "must be host:port, like :8080 or 127.0.0.1:8080"),
		unless(c.PublicURL == "" || isHTTP(c.PublicURL), "PUBLIC_URL", "must be an address like https://guiwei.example.edu, or empty"),
	)
}

func isAddress(s string) bool {
	_, port, err := net.SplitHostPort(s)
	_, portErr := strconv.ParseUint(port, 10, 16)
	return err == nil && portErr == nil
}

func (c Config) judgeCouriers() []Fault {
	return collect(
		c.judgeSMS(strings.Fields(c.SMSURL.Reveal())),
		c.judgeCourier("MAIL_URL", c.MailURL.Reveal(), "smtp://user:pass@host:587?from=ADDRESS, smtps://…, sim:http://127.0.0.1:PORT or log:"),
	)
}

// judgeCourier judges the ways out that texts and mail share, and mail's own.
func (c Config) judgeCourier(name, raw, forms string) Fault {
	scheme, rest, _ := strings.Cut(raw, ":")
	switch {
	case scheme == "log":
		return unless(c.AllowInsecure, name, "is log:, which prints codes for everyone to read; only with ALLOW_INSECURE=true")
	case scheme == "sim":
		return unless(isHTTP(rest) && c.mayTravel(rest), name, "must be sim:http://127.0.0.1:PORT, the simulator on this machine")
	case name == "MAIL_URL" && (scheme == "smtp" || scheme == "smtps"):
		return c.judgeSMTP(name, raw)
	}
	return Fault{name, "must be " + forms}
}

func (c Config) judgeSMTP(name, raw string) Fault {
	u, err := url.Parse(raw)
	if err != nil || u.Hostname() == "" || u.Query().Get("from") == "" {
		return Fault{name, "must be smtp://user:pass@host:587?from=ADDRESS; write special characters of the password as %XX"}
	}
	return unless(u.Query().Get("tls") != "none" || c.AllowInsecure, name, "has tls=none, which sends codes in clear; only with ALLOW_INSECURE=true")
}

func (c Config) judgeRules() []Fault {
	return collect(
		unless(c.PasswordAdvice == "passphrase" || c.PasswordAdvice == "id-suffix", "PASSWORD_ADVICE", "must be passphrase or id-suffix"),
		unless(slices.Contains([]string{"strict", "warn", "off"}, c.PhotoJudge), "PHOTO_JUDGE", "must be strict, warn or off"),
		unless(c.UpdatesPer10s >= 0, "UPDATES_PER_10S", "must be 0 or more"),
		unless(c.SMSPerHour >= 0, "SMS_PER_HOUR", "must be 0 or more"),
		unless(c.SecondLooks >= 0 && c.SecondLooks <= 100, "SECOND_LOOK_PERCENT", "must be between 0 and 100"),
		unless(c.UndoSeconds >= 0 && c.UndoSeconds <= 3600, "UNDO_SECONDS", "must be between 0 and 3600"),
	)
}

func (c Config) judgeTestOnly() []Fault {
	return collect(
		unless(c.TestClock == "" || c.AllowTestIDs, "TEST_CLOCK", "is for tests; unset it (or set ALLOW_TEST_IDS=true on a test machine)"),
		unless(c.TestClock == "" || isHTTP(c.TestClock), "TEST_CLOCK", "must be an http address"),
		unless(c.CrashAt == "" || c.AllowTestIDs, "CRASH_AT", "is for tests; unset it (or set ALLOW_TEST_IDS=true on a test machine)"),
		unless(c.CrashAt == "" || matches(`^[^:\s]+:[1-9][0-9]*$`, c.CrashAt), "CRASH_AT", "must be name:n, like input.committed:1"),
	)
}

// mayTravel tells whether secrets may go to raw: encrypted, or not leaving
// this machine, or the operator said so.
func (c Config) mayTravel(raw string) bool {
	u, err := url.Parse(raw)
	if err != nil {
		return false
	}
	ip := net.ParseIP(u.Hostname())
	local := u.Hostname() == "localhost" || ip != nil && ip.IsLoopback()
	return u.Scheme == "https" || local || c.AllowInsecure
}

func isHTTP(raw string) bool {
	u, err := url.Parse(raw)
	return err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Hostname() != ""
}

// isRedis looks at scheme and host list only; storage reads the rest.
func isRedis(raw string) bool {
	scheme, rest, found := strings.Cut(raw, "://")
	known := slices.Contains([]string{"redis", "rediss", "redis+cluster", "rediss+cluster", "redis+sentinel", "rediss+sentinel"}, scheme)
	hosts := rest[:strings.IndexAny(rest+"/", "/?")]
	return found && known && hosts != ""
}

// matches compiles on each call: the shapes are read once, at start.
func matches(shape, text string) bool { return regexp.MustCompile(shape).MatchString(text) }

// unless is a fault when ok is false, and the zero Fault otherwise.
func unless(ok bool, name, text string) Fault {
	if ok {
		return Fault{}
	}
	return Fault{name, text}
}

// collect keeps what is at fault, one fault a name.
func collect(all ...Fault) []Fault {
	var faults []Fault
	for _, f := range all {
		if f.Name != "" && !named(faults, f.Name) {
			faults = append(faults, f)
		}
	}
	return faults
}
