package config

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"
)

func TestNothingPrintsASecret(t *testing.T) {
	t.Parallel()
	c, err := Load(serving(map[string]string{
		"TELEGRAM_TOKEN": "1:hunter2", "REDIS_URL": "redis://:hunter2@127.0.0.1:6379",
		"MAIL_URL": "smtp://u:hunter2@mail.example.edu?from=a@b.example", "WEBHOOK_SECRET": strings.Repeat("hunter2", 5),
	}))
	if err != nil {
		t.Fatal(err)
	}
	var log bytes.Buffer
	slog.New(slog.NewTextHandler(&log, nil)).Info("config", "config", c, "token", c.TelegramToken)
	slog.New(slog.NewJSONHandler(&log, nil)).Info("config", "config", c, "token", c.TelegramToken)
	inJSON, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	printed := log.String() + string(inJSON) + c.TelegramToken.String() + fmt.Sprint(c) +
		fmt.Sprintf("%v %+v %#v %s %q %x %d", c, c, c, c.TelegramToken, c.TelegramToken, c.TelegramToken, c.TelegramToken)
	for _, clear := range []string{"hunter2", "68756e74657232"} {
		if strings.Contains(printed, clear) {
			t.Errorf("%s stands in %s", clear, printed)
		}
	}
	if got := fmt.Sprintf("%s|%#v", c.TelegramToken, c.TelegramToken); got != "[secret]|[secret]" {
		t.Error(got)
	}
}
