package courier

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// The persons of these tests do not exist.
const (
	number  = "+8613900000042"
	address = "student@example.edu"
)

func quiet() *slog.Logger { return slog.New(slog.DiscardHandler) }

// inbox is an HTTP server that keeps what was posted and answers status.
func inbox(t *testing.T, status int) (base string, posted func() []string) {
	t.Helper()
	var seen []string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		seen = append(seen, r.Method+" "+r.URL.Path+" "+r.Header.Get("Content-Type")+" "+string(body))
		w.WriteHeader(status)
	}))
	t.Cleanup(server.Close)
	return server.URL, func() []string { return seen }
}

func TestSimulatorGetsSMSAndMail(t *testing.T) {
	t.Parallel()
	base, posted := inbox(t, http.StatusOK)
	sms, err := OpenSMS("sim:"+base+"/", quiet())
	if err != nil {
		t.Fatal(err)
	}
	mail, err := OpenMail("sim:"+base, quiet())
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(sms.Send(t.Context(), Message{To: number, Text: "校验码 123456"}), mail.Send(t.Context(), address, "校验码", "123456")); err != nil {
		t.Fatal(err)
	}
	want := []string{
		`POST /sim/sms application/json {"text":"校验码 123456","to":"+8613900000042"}`,
		`POST /sim/mail application/json {"subject":"校验码","text":"123456","to":"student@example.edu"}`,
	}
	if diff := cmp.Diff(want, posted()); diff != "" {
		t.Error(diff)
	}
}

func TestSimulatorStatusSaysWhetherToTryAgain(t *testing.T) {
	t.Parallel()
	rows := []struct {
		status int
		kind   error
	}{
		{200, nil}, {204, nil}, {400, ErrPermanent}, {404, ErrPermanent}, {429, ErrTemporary}, {500, ErrTemporary}, {503, ErrTemporary},
	}
	for _, row := range rows {
		base, _ := inbox(t, row.status)
		sms, err := OpenSMS("sim:"+base, quiet())
		if err != nil {
			t.Fatal(err)
		}
		if err := sms.Send(t.Context(), Message{To: number, Text: "x"}); !errors.Is(err, row.kind) {
			t.Errorf("status %d: %v", row.status, err)
		}
	}
}

func TestSilentSimulatorEndsWithTheTimeout(t *testing.T) {
	t.Parallel()
	hold := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-hold }))
	t.Cleanup(server.Close)
	t.Cleanup(func() { close(hold) })
	sms, err := OpenSMS("sim:"+server.URL, quiet(), Timeout(30*time.Millisecond))
	if err != nil {
		t.Fatal(err)
	}
	err = sms.Send(t.Context(), Message{To: number, Text: "x"})
	if !errors.Is(err, ErrTemporary) || !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v", err)
	}
}

func TestLogPrintsOnlyWhereInsecureIsAllowed(t *testing.T) {
	t.Parallel()
	if _, err := OpenSMS("log:", quiet()); err == nil {
		t.Error("sms log: opened without ALLOW_INSECURE")
	}
	if _, err := OpenMail("log:", quiet()); err == nil {
		t.Error("mail log: opened without ALLOW_INSECURE")
	}
}

func TestLogPrintsTheCodeAndNeitherAddressNorTextToSlog(t *testing.T) {
	t.Parallel()
	var printed, logged bytes.Buffer
	log := slog.New(slog.NewJSONHandler(&logged, &slog.HandlerOptions{Level: slog.LevelDebug}))
	sms, err := OpenSMS("log:", log, Insecure(&printed))
	if err != nil {
		t.Fatal(err)
	}
	mail, err := OpenMail("log:", log, Insecure(&printed))
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(sms.Send(t.Context(), Message{To: number, Text: "校验码 123456"}), mail.Send(t.Context(), address, "密码", "第一行\n第二行")); err != nil {
		t.Fatal(err)
	}
	want := "[not sent] sms to …42: \"校验码 123456\"\n[not sent] mail to …du: \"密码\": \"第一行\\n第二行\"\n"
	if diff := cmp.Diff(want, printed.String()); diff != "" {
		t.Error(diff)
	}
	for _, canary := range []string{number, address, "123456", "校验码", "密码"} {
		if strings.Contains(logged.String(), canary) {
			t.Errorf("slog holds %s", canary)
		}
	}
	var line struct{ Way, Outcome string }
	if err := json.NewDecoder(&logged).Decode(&line); err != nil || line.Way != "sms" || line.Outcome != "sent" {
		t.Errorf("log line %+v, %v", line, err)
	}
}

func TestControlCharactersAreRefusedEverywhere(t *testing.T) {
	t.Parallel()
	base, posted := inbox(t, http.StatusOK)
	mail, err := OpenMail("sim:"+base, quiet())
	if err != nil {
		t.Fatal(err)
	}
	sms, err := OpenSMS("sim:"+base, quiet())
	if err != nil {
		t.Fatal(err)
	}
	for _, bad := range []string{"", "a\r\nBcc: b@example.edu", "a\nb", "a\rb", "a\x00b", "a\u0085b", "a\u2028b"} {
		if err := mail.Send(t.Context(), bad, "s", "x"); !errors.Is(err, ErrPermanent) {
			t.Errorf("to %q: %v", bad, err)
		}
		if err := mail.Send(t.Context(), address, bad, "x"); !errors.Is(err, ErrPermanent) {
			t.Errorf("subject %q: %v", bad, err)
		}
		if err := sms.Send(t.Context(), Message{To: bad, Text: "x"}); !errors.Is(err, ErrPermanent) {
			t.Errorf("sms to %q: %v", bad, err)
		}
	}
	if len(posted()) != 0 {
		t.Errorf("sent all the same: %v", posted())
	}
}

func TestWrongURLsAreRefusedWithoutRepeatingThem(t *testing.T) {
	t.Parallel()
	for _, raw := range []string{
		"", "hunter2", "sim:", "sim:hunter2", "sim:ftp://hunter2", "http://hunter2",
		"smtp://hunter2", "smtp://u:hunter2@mail:99999?from=a@b.example", "smtp://u:hunter2@mail:587?from=hunter2",
		"smtp://u:hunter2 %zz@mail?from=a@b.example", "smtp://u:hunter2@mail?from=a@b.example&tls=none",
		"smtps://u:hunter2@mail?from=a@b.example&tls=none",
	} {
		_, smsErr := OpenSMS(raw, quiet())
		_, mailErr := OpenMail(raw, quiet())
		if smsErr == nil || mailErr == nil {
			t.Errorf("%q opened", raw)
			continue
		}
		if both := smsErr.Error() + mailErr.Error(); strings.Contains(both, "hunter2") {
			t.Errorf("%q repeats the URL", both)
		}
	}
}
