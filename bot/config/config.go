// Package config is the operator's word: one struct read from the environment.
//
// Most callers want Load, which reads and judges in one go and names every
// fault at once. The demo builds its own environment map and calls Load too.
package config

import (
	"errors"
	"log/slog"
	"strconv"
	"strings"
	"time"

	"github.com/caarlos0/env/v11"
)

// Config is everything an operator can set. The tags are the contract:
// `env` the name, `envDefault` what holds without it, `description` the line
// in README's table.
type Config struct {
	TelegramToken        Secret     `env:"TELEGRAM_TOKEN" description:"The bot's token from BotFather. This or TELEGRAM_TOKEN_FILE."`
	TelegramTokenFile    Secret     `env:"TELEGRAM_TOKEN_FILE,file" description:"A file that holds the token, for instance a mounted secret."`
	TelegramAPIURL       string     `env:"TELEGRAM_API_URL" envDefault:"https://api.telegram.org" description:"Where the Bot API is: Telegram's own, a local server, or the simulator."`
	RedisURL             Secret     `env:"REDIS_URL" description:"redis://, rediss:// (TLS), redis+cluster://a,b,c or redis+sentinel://a,b,c?master=NAME; ?prefix=TEXT keeps two bots apart on one Redis, ?pipeline=all has all updates share round trips: Redis works a third less, each waits longer. Required, this or REDIS_URL_FILE."`
	RedisURLFile         Secret     `env:"REDIS_URL_FILE,file" description:"A file that holds REDIS_URL, since a password may stand in it."`
	KeysFile             string     `env:"KEYS_FILE" description:"The key file made by keygen. Losing it loses every stored record. Required."`
	PhotosURL            Secret     `env:"PHOTOS_URL" description:"Where sealed photos lie: file:DIR, or an S3-compatible bucket: s3://KEY:SECRET@host/bucket?region=…&prefix=FOLDER&tls=none (tls=none: plain HTTP, to this machine). Required, this or PHOTOS_URL_FILE."`
	PhotosURLFile        Secret     `env:"PHOTOS_URL_FILE,file" description:"A file that holds PHOTOS_URL, since a key may stand in it."`
	Listen               string     `env:"LISTEN" envDefault:":8080" description:"Address of the webhook, the public pages and the health check. The demo picks 127.0.0.1 and a free port near 8080 instead."`
	WebhookURL           string     `env:"WEBHOOK_URL" description:"The https address Telegram posts updates to. Empty: the bot polls."`
	WebhookSecret        Secret     `env:"WEBHOOK_SECRET" description:"32 to 256 letters, digits, _ or -, sent back by Telegram with each update. Two with a comma between while it is being changed: both are taken, the first is told to Telegram. Required with WEBHOOK_URL, this or WEBHOOK_SECRET_FILE."`
	WebhookSecretFile    Secret     `env:"WEBHOOK_SECRET_FILE,file" description:"A file that holds WEBHOOK_SECRET."`
	WebhookOutURL        string     `env:"WEBHOOK_OUT_URL" description:"The https address of a system of yours that is told how each case ended, as the section on webhooks out shows. Empty: none."`
	WebhookOutSecret     Secret     `env:"WEBHOOK_OUT_SECRET" description:"32 or more characters that sign what is told there. Required with WEBHOOK_OUT_URL, this or WEBHOOK_OUT_SECRET_FILE."`
	WebhookOutSecretFile Secret     `env:"WEBHOOK_OUT_SECRET_FILE,file" description:"A file that holds WEBHOOK_OUT_SECRET."`
	MetricsListen        string     `env:"METRICS_LISTEN" description:"Address of the figures for Prometheus, /metrics, for instance 127.0.0.1:9090. Empty: none. Nothing guards it: keep it inside."`
	PublicURL            string     `env:"PUBLIC_URL" description:"Where people reach the public pages, for links and QR codes."`
	OwnerIDs             IDs        `env:"OWNER_IDS" description:"Telegram user ids of the owners, by commas; /whoami tells one's own. Owners invite groups and confirm reviewers."`
	LeadID               int64      `env:"LEAD_ID" envDefault:"0" description:"Telegram user id of who is told of cases that wait too long, at 80 % and at the end of three working days. 0: the first of OWNER_IDS."`
	SMSURL               Secret     `env:"SMS_URL" description:"How text messages leave: aliyun://, tencent://, twilio:// or https:// as the section on text messages shows, sim:http://127.0.0.1:PORT (the demo's inbox) or log: (prints them; needs ALLOW_INSECURE). Two with a blank or a line end between them: the second is used while the first fails. Required, this or SMS_URL_FILE."`
	SMSURLFile           Secret     `env:"SMS_URL_FILE,file" description:"A file that holds SMS_URL, since keys stand in it."`
	SMSPerHour           int        `env:"SMS_PER_HOUR" envDefault:"2000" description:"How many code messages may leave in one hour, to all students together: then none goes out until the hour is over, and the owners are told. Each phone and each chat has its own, far lower limits. 0: no such limit."`
	MailURL              Secret     `env:"MAIL_URL" description:"How e-mail leaves: smtp://user:pass@host:587?from=… (STARTTLS), smtps://…, sim:http://127.0.0.1:PORT or log:. Required, this or MAIL_URL_FILE."`
	MailURLFile          Secret     `env:"MAIL_URL_FILE,file" description:"A file that holds MAIL_URL, since a password stands in it."`
	PasswordAdvice       string     `env:"PASSWORD_ADVICE" envDefault:"passphrase" description:"passphrase refuses the ID number's digits as a password; id-suffix allows the last six with a warning."`
	PhotoJudge           string     `env:"PHOTO_JUDGE" envDefault:"strict" description:"Who judges photos before a reviewer sees them: strict refuses blurred, dark, turned or faceless ones and warns where it is not certain; warn only warns; off takes every picture that can be opened."`
	UpdatesPer10s        int        `env:"UPDATES_PER_10S" envDefault:"20" description:"How many updates of one person are heard within 10 seconds; then they are asked once to wait, and heard again after 10 calm seconds. Five times as many count in a group. Each replica behind a webhook counts for itself. 0: no limit."`
	AllowTestIDs         bool       `env:"ALLOW_TEST_IDS" envDefault:"false" description:"Accept fictitious ID numbers (region 99) and cheap password hashes. For tests and the demo only."`
	AllowInsecure        bool       `env:"ALLOW_INSECURE" envDefault:"false" description:"Accept log: and unencrypted connections to other machines. For developers only."`
	OperatorName         string     `env:"OPERATOR_NAME" description:"The school or office that runs the bot, as students read it: one name, or one each for Simplified and Traditional Chinese and English with | between them."`
	GroupLanguage        string     `env:"GROUP_LANGUAGE" envDefault:"zh-Hans" description:"What groups read, and whoever has not said a word yet: zh-Hans, zh-Hant or en."`
	SupportContact       string     `env:"SUPPORT_CONTACT" description:"Where a student finds a person: a phone, an address or a Telegram name; | as above."`
	LogLevel             slog.Level `env:"LOG_LEVEL" envDefault:"INFO" description:"DEBUG, INFO, WARN or ERROR."`
	HolidaysFile         string     `env:"HOLIDAYS_FILE" description:"Public holidays and shifted working days for years the built-in calendar does not know yet."`
	UndoSeconds          int        `env:"UNDO_SECONDS" envDefault:"60" description:"How long a reviewer may take a verdict back before it takes effect, 0 to 3600."`
	SecondLooks          int        `env:"SECOND_LOOK_PERCENT" envDefault:"5" description:"Per cent of the cases that two reviewers decide, neither knowing of the other; none with ALLOW_TEST_IDS=true."`
	TestClock            string     `env:"TEST_CLOCK" description:"URL of a test's clock. Obeyed only with ALLOW_TEST_IDS=true."`
	CrashAt              string     `env:"CRASH_AT" description:"name:n dies at the nth pass of a named point. Obeyed only with ALLOW_TEST_IDS=true."`
}

// Undo is UNDO_SECONDS as a duration.
func (c Config) Undo() time.Duration { return time.Duration(c.UndoSeconds) * time.Second }

// Sample is SECOND_LOOK_PERCENT, but where people try the bot out: no story may depend on a case's number.
func (c Config) Sample() int {
	if c.AllowTestIDs {
		return 0
	}
	return c.SecondLooks
}

// IDs are Telegram user ids, written with commas between them.
type IDs []int64

// UnmarshalText reads "1, 7" and an empty text.
func (ids *IDs) UnmarshalText(text []byte) error {
	*ids = nil
	for part := range strings.SplitSeq(string(text), ",") {
		part = strings.TrimSpace(part)
		if part == "" {
			continue
		}
		id, err := strconv.ParseInt(part, 10, 64)
		if err != nil || id <= 0 {
			return errors.New("not a list of user ids")
		}
		*ids = append(*ids, id)
	}
	return nil
}

// Load reads environ (see env.ToMap for os.Environ) and judges it. The error
// joins one Fault for each thing to mend; the Config is filled as far as it
// could be read, so that a command that needs only part of it may go on: see
// Concerning.
func Load(environ map[string]string) (Config, error) {
	var c Config
	faults := readFaults(env.ParseWithOptions(&c, env.Options{Environment: trimmed(environ)}))
	faults = append(faults, c.takeFiles()...)
	for _, f := range c.judge() {
		if !named(faults, f.Name) {
			faults = append(faults, f)
		}
	}
	return c, joined(faults)
}

// takeFiles moves what was read from files to its place.
func (c *Config) takeFiles() []Fault {
	var faults []Fault
	for _, s := range []struct {
		name     string
		is, from *Secret
	}{
		{"TELEGRAM_TOKEN", &c.TelegramToken, &c.TelegramTokenFile},
		{"REDIS_URL", &c.RedisURL, &c.RedisURLFile},
		{"PHOTOS_URL", &c.PhotosURL, &c.PhotosURLFile},
		{"WEBHOOK_SECRET", &c.WebhookSecret, &c.WebhookSecretFile},
		{"WEBHOOK_OUT_SECRET", &c.WebhookOutSecret, &c.WebhookOutSecretFile},
		{"SMS_URL", &c.SMSURL, &c.SMSURLFile},
		{"MAIL_URL", &c.MailURL, &c.MailURLFile},
	} {
		text := Secret(strings.TrimSpace(s.from.Reveal()))
		*s.from = ""
		switch {
		case text == "":
		case *s.is != "":
			faults = append(faults, Fault{s.name, "is set together with " + s.name + "_FILE; keep one of them"})
		default:
			*s.is = text
		}
	}
	return faults
}

// WebhookSecrets are the one or two of WEBHOOK_SECRET; the first is told to Telegram.
func (c Config) WebhookSecrets() []string {
	return strings.FieldsFunc(c.WebhookSecret.Reveal(), func(r rune) bool { return r == ',' || r == ' ' || r == '\n' })
}

// trimmed drops the blanks and line ends that come with copied values.
func trimmed(environ map[string]string) map[string]string {
	clean := make(map[string]string, len(environ))
	for name, value := range environ {
		clean[name] = strings.TrimSpace(value)
	}
	return clean
}
