package config

import (
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// serving is an environment without a fault; changes are laid over it.
func serving(changes map[string]string) map[string]string {
	environ := map[string]string{
		"TELEGRAM_TOKEN": "1000001:AAtesttesttesttesttesttesttesttest_",
		"REDIS_URL":      "redis://127.0.0.1:6379/0",
		"KEYS_FILE":      "/run/secrets/keys.json",
		"PHOTOS_URL":     "file:/var/lib/guiwei/photos",
		"SMS_URL":        "sim:http://127.0.0.1:8080",
		"MAIL_URL":       "smtp://bot:pw@mail.example.edu:587?from=bot@example.edu",
	}
	maps.Copy(environ, changes)
	return environ
}

func TestDefaultsHoldWhereNothingIsSet(t *testing.T) {
	t.Parallel()
	c, err := Load(serving(nil))
	if err != nil {
		t.Fatal(err)
	}
	got := []any{c.TelegramAPIURL, c.Listen, c.PasswordAdvice, c.PhotoJudge, c.AllowTestIDs, c.AllowInsecure, c.LogLevel, c.Undo(), c.WebhookURL}
	want := []any{"https://api.telegram.org", ":8080", "passphrase", "strict", false, false, slog.LevelInfo, time.Minute, ""}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestEveryValueIsRead(t *testing.T) {
	t.Parallel()
	c, err := Load(serving(map[string]string{
		"OWNER_IDS": "1, 7,", "UNDO_SECONDS": "5", "LOG_LEVEL": "debug", "ALLOW_TEST_IDS": "true",
		"CRASH_AT": "engine/committed:2", "TEST_CLOCK": "http://127.0.0.1:9/clock", "PASSWORD_ADVICE": "id-suffix",
		"WEBHOOK_URL": "https://bot.example.edu/hook", "WEBHOOK_SECRET": strings.Repeat("s", 32),
		"PUBLIC_URL": "https://bot.example.edu", "LISTEN": " 127.0.0.1:9000\n",
	}))
	if err != nil {
		t.Fatal(err)
	}
	got := []any{c.OwnerIDs, c.Undo(), c.LogLevel, c.CrashAt, c.Listen, c.WebhookSecret.Reveal()}
	want := []any{IDs{1, 7}, 5 * time.Second, slog.LevelDebug, "engine/committed:2", "127.0.0.1:9000", strings.Repeat("s", 32)}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestAnEmptyEnvironmentNamesEverythingMissingAtOnce(t *testing.T) {
	t.Parallel()
	_, err := Load(nil)
	var names []string
	for _, f := range Faults(err) {
		names = append(names, f.Name)
	}
	want := []string{"TELEGRAM_TOKEN", "REDIS_URL", "KEYS_FILE", "PHOTOS_URL", "SMS_URL", "MAIL_URL"}
	if diff := cmp.Diff(want, names); diff != "" {
		t.Error(diff)
	}
}

func TestEachFaultIsNamedOnceAndNeverRepeatsTheValue(t *testing.T) {
	t.Parallel()
	rows := []struct {
		fault   string
		changes map[string]string
	}{
		{"TELEGRAM_TOKEN", map[string]string{"TELEGRAM_TOKEN": "hunter2"}},
		{"TELEGRAM_TOKEN_FILE", map[string]string{"TELEGRAM_TOKEN_FILE": "/nowhere/hunter2"}},
		{"TELEGRAM_API_URL", map[string]string{"TELEGRAM_API_URL": "hunter2"}},
		{"TELEGRAM_API_URL", map[string]string{"TELEGRAM_API_URL": "http://hunter2.example.edu"}},
		{"REDIS_URL", map[string]string{"REDIS_URL": "http://hunter2"}},
		{"REDIS_URL", map[string]string{"REDIS_URL": "redis:///hunter2"}},
		{"PHOTOS_URL", map[string]string{"PHOTOS_URL": "s3://hunter2"}},
		{"PHOTOS_URL", map[string]string{"PHOTOS_URL": "s3://key:hunter2@s3.example.edu/"}},
		{"PHOTOS_URL", map[string]string{"PHOTOS_URL": "s3://key:hunter2%zz@s3.example.edu/bucket"}},
		{"PHOTOS_URL", map[string]string{"PHOTOS_URL": "s3://key:hunter2@s3.example.edu/bucket?tls=none"}},
		{"PHOTOS_URL_FILE", map[string]string{"PHOTOS_URL_FILE": "/nowhere/hunter2"}},
		{"PHOTOS_URL", map[string]string{"PHOTOS_URL": "file:"}},
		{"LISTEN", map[string]string{"LISTEN": "hunter2"}},
		{"LISTEN", map[string]string{"LISTEN": ":70000"}},
		{"WEBHOOK_URL", map[string]string{"WEBHOOK_URL": "http://bot.example.edu", "WEBHOOK_SECRET": strings.Repeat("s", 32)}},
		{"WEBHOOK_URL", map[string]string{"WEBHOOK_URL": "https://bot.example.edu:9000", "WEBHOOK_SECRET": strings.Repeat("s", 32)}},
		{"WEBHOOK_SECRET", map[string]string{"WEBHOOK_URL": "https://bot.example.edu"}},
		{"WEBHOOK_SECRET", map[string]string{"WEBHOOK_URL": "https://bot.example.edu", "WEBHOOK_SECRET": "hunter2"}},
		{"WEBHOOK_SECRET", map[string]string{"WEBHOOK_URL": "https://bot.example.edu", "WEBHOOK_SECRET": strings.Repeat("s", 32) + ",hunter2"}},
		{"WEBHOOK_SECRET", map[string]string{"WEBHOOK_URL": "https://bot.example.edu", "WEBHOOK_SECRET": strings.Repeat(strings.Repeat("s", 32)+",", 3)}},
		{"WEBHOOK_SECRET_FILE", map[string]string{"WEBHOOK_SECRET_FILE": "/nowhere/hunter2"}},
		{"WEBHOOK_OUT_URL", map[string]string{"WEBHOOK_OUT_URL": "http://hunter2.example.edu", "WEBHOOK_OUT_SECRET": strings.Repeat("s", 32)}},
		{"WEBHOOK_OUT_SECRET", map[string]string{"WEBHOOK_OUT_URL": "https://school.example.edu/results", "WEBHOOK_OUT_SECRET": "hunter2"}},
		{"REDIS_URL_FILE", map[string]string{"REDIS_URL_FILE": "/nowhere/hunter2"}},
		{"MAIL_URL_FILE", map[string]string{"MAIL_URL_FILE": "/nowhere/hunter2"}},
		{"METRICS_LISTEN", map[string]string{"METRICS_LISTEN": "hunter2"}},
		{"METRICS_LISTEN", map[string]string{"METRICS_LISTEN": ":8080"}},
		{"PUBLIC_URL", map[string]string{"PUBLIC_URL": "hunter2"}},
		{"OWNER_IDS", map[string]string{"OWNER_IDS": "1,hunter2"}},
		{"OWNER_IDS", map[string]string{"OWNER_IDS": "-5"}},
		{"SMS_URL", map[string]string{"SMS_URL": "log:"}},
		{"SMS_URL", map[string]string{"SMS_URL": "smtp://hunter2"}},
		{"SMS_URL", map[string]string{"SMS_URL": "sim:http://hunter2.example.edu"}},
		{"SMS_URL", map[string]string{"SMS_URL": "sim:http://127.0.0.1:1 log:"}},
		{"SMS_URL", map[string]string{"SMS_URL": "sim:http://127.0.0.1:1 sim:http://127.0.0.1:2 sim:http://127.0.0.1:3"}},
		{"SMS_URL", map[string]string{"SMS_URL": "http://h.example.edu/sms?key=hunter2" + strings.Repeat("k", 32)}},
		{"SMS_URL", map[string]string{"SMS_URL": "aliyun://hunter2 %zz@h.example.edu"}},
		{"SMS_URL_FILE", map[string]string{"SMS_URL_FILE": "/nowhere/hunter2"}},
		{"MAIL_URL", map[string]string{"MAIL_URL": "log:"}},
		{"MAIL_URL", map[string]string{"MAIL_URL": "smtp://u:hunter2@mail.example.edu"}},
		{"MAIL_URL", map[string]string{"MAIL_URL": "smtp://u:hunter2 %zz@mail.example.edu?from=a@b.example"}},
		{"MAIL_URL", map[string]string{"MAIL_URL": "smtp://u:hunter2@mail.example.edu?from=a@b.example&tls=none"}},
		{"PASSWORD_ADVICE", map[string]string{"PASSWORD_ADVICE": "hunter2"}},
		{"PHOTO_JUDGE", map[string]string{"PHOTO_JUDGE": "Solomon"}},
		{"ALLOW_TEST_IDS", map[string]string{"ALLOW_TEST_IDS": "hunter2"}},
		{"ALLOW_INSECURE", map[string]string{"ALLOW_INSECURE": "hunter2"}},
		{"LOG_LEVEL", map[string]string{"LOG_LEVEL": "hunter2"}},
		{"UNDO_SECONDS", map[string]string{"UNDO_SECONDS": "hunter2"}},
		{"UNDO_SECONDS", map[string]string{"UNDO_SECONDS": "-1"}},
		{"TEST_CLOCK", map[string]string{"TEST_CLOCK": "http://127.0.0.1:9/hunter2"}},
		{"TEST_CLOCK", map[string]string{"TEST_CLOCK": "hunter2", "ALLOW_TEST_IDS": "true"}},
		{"CRASH_AT", map[string]string{"CRASH_AT": "hunter2:1"}},
		{"CRASH_AT", map[string]string{"CRASH_AT": "hunter2", "ALLOW_TEST_IDS": "true"}},
	}
	for i, row := range rows {
		t.Run(fmt.Sprintf("%s/%d", row.fault, i), func(t *testing.T) {
			t.Parallel()
			_, err := Load(serving(row.changes))
			faults := Faults(err)
			if len(faults) != 1 || faults[0].Name != row.fault {
				t.Fatalf("faults are %v", faults)
			}
			if strings.Contains(err.Error(), "hunter2") {
				t.Errorf("repeats the value: %v", err)
			}
		})
	}
}

func TestInsecureWaysOpenOnlyByAllowInsecure(t *testing.T) {
	t.Parallel()
	_, err := Load(serving(map[string]string{
		"ALLOW_INSECURE": "true", "PHOTOS_URL": "s3://key:secret@minio:9000/photos?tls=none", "SMS_URL": "log:", "MAIL_URL": "smtp://mail:25?from=a@b.example&tls=none",
		"TELEGRAM_API_URL": "http://bot-api:8081",
	}))
	if err != nil {
		t.Error(err)
	}
}

func TestEveryRedisSchemeIsKnown(t *testing.T) {
	t.Parallel()
	for _, raw := range []string{
		"redis://:pw@127.0.0.1:6379/0", "rediss://redis.example.edu:6380",
		"redis+cluster://a:7000,b:7001,c:7002", "redis+sentinel://a:26379,b:26379,c:26379?master=guiwei",
	} {
		if _, err := Load(serving(map[string]string{"REDIS_URL": raw})); err != nil {
			t.Errorf("%s: %v", raw, err)
		}
	}
}

func TestSecretsComeFromFilesWithoutTheirLineEnd(t *testing.T) {
	t.Parallel()
	rows := map[string]struct {
		text string
		of   func(Config) string
	}{
		"TELEGRAM_TOKEN": {"1000001:fromfile", func(c Config) string { return c.TelegramToken.Reveal() + c.TelegramTokenFile.Reveal() }},
		"REDIS_URL":      {"redis://:pw@redis:6379/1", func(c Config) string { return c.RedisURL.Reveal() + c.RedisURLFile.Reveal() }},
		"WEBHOOK_SECRET": {strings.Repeat("f", 40), func(c Config) string { return c.WebhookSecret.Reveal() + c.WebhookSecretFile.Reveal() }},
		"SMS_URL":        {aliyun + "\n" + gateway, func(c Config) string { return c.SMSURL.Reveal() + c.SMSURLFile.Reveal() }},
		"MAIL_URL":       {"smtps://u:pw@m.example?from=a@b.example", func(c Config) string { return c.MailURL.Reveal() + c.MailURLFile.Reveal() }},
	}
	for name, row := range rows {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "secret")
			if err := os.WriteFile(path, []byte(row.text+"\n"), 0o400); err != nil {
				t.Fatal(err)
			}
			c, err := Load(serving(map[string]string{name: "", name + "_FILE": path}))
			if err != nil || row.of(c) != row.text {
				t.Errorf("%q, error %v", row.of(c), err)
			}
			_, err = Load(serving(map[string]string{name: row.text, name + "_FILE": path}))
			if faults := Faults(err); len(faults) != 1 || faults[0].Name != name {
				t.Errorf("given twice: %v", err)
			}
		})
	}
}

func TestTwoWebhookSecretsHoldWhileOneIsChanged(t *testing.T) {
	t.Parallel()
	fresh, old := strings.Repeat("n", 32), strings.Repeat("o", 32)
	for _, given := range []string{fresh + "," + old, fresh + ", " + old, fresh + "\n" + old} {
		c, err := Load(serving(map[string]string{"WEBHOOK_URL": "https://bot.example.edu", "WEBHOOK_SECRET": given}))
		if diff := cmp.Diff([]string{fresh, old}, c.WebhookSecrets()); diff != "" || err != nil {
			t.Error(diff, err)
		}
	}
}

func TestConcerningKeepsOnlyTheNamedFaults(t *testing.T) {
	t.Parallel()
	c, err := Load(map[string]string{"REDIS_URL": "redis://127.0.0.1:1"})
	if c.RedisURL.Reveal() != "redis://127.0.0.1:1" {
		t.Error("what could be read is not there beside the faults")
	}
	if e := Concerning(err, "REDIS_URL"); e != nil {
		t.Error(e)
	}
	wrapped := fmt.Errorf("load config: %w", err)
	if e := Concerning(wrapped, "REDIS_URL", "KEYS_FILE"); len(Faults(e)) != 1 {
		t.Errorf("want the fault of KEYS_FILE alone, got %v", e)
	}
	if Concerning(errors.New("other"), "KEYS_FILE") != nil {
		t.Error("a foreign error has no faults")
	}
}

func TestRemarksPointAtWhatServesButShouldNotStay(t *testing.T) {
	t.Parallel()
	c, _ := Load(serving(map[string]string{"ALLOW_INSECURE": "true"}))
	var names []string
	for _, f := range c.Remarks() {
		names = append(names, f.Name)
	}
	want := []string{"OWNER_IDS", "OPERATOR_NAME", "SUPPORT_CONTACT", "ALLOW_INSECURE"}
	if diff := cmp.Diff(want, names); diff != "" {
		t.Error(diff)
	}
}
