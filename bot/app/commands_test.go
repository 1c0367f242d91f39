package app

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/text/encoding/simplifiedchinese"

	"guiwei/flows"
	"guiwei/storage/storagetest"
)

// bot runs a command as a shell would, with these variables set.
func bot(t *testing.T, environ map[string]string, args ...string) (code int, out, err string) {
	t.Helper()
	for name, value := range environ {
		t.Setenv(name, value)
	}
	var stdout, stderr bytes.Buffer
	code = Main(t.Context(), args, &stdout, &stderr)
	return code, stdout.String(), stderr.String()
}

// roster is a file of two records in the guide's 19 columns.
func roster() string {
	row := func(name, id string) string {
		return name + ",女,汉族,2006-03-15," + id + ",24990101150042,2024010142,示例大学,,管理学院,物流管理,物流2401,本科,4,普通高等教育,普通全日制,2024-09-01,在籍,2028-07-01\n"
	}
	return headings() + "\n" + row("林小树", "990101200603150014") + row("欧阳·海", "990102200608221025")
}

func TestRosterReadsWhatSchoolsSave(t *testing.T) {
	t.Parallel()
	gb, err := simplifiedchinese.GB18030.NewEncoder().String(roster())
	if err != nil {
		t.Fatal(err)
	}
	for name, raw := range map[string]string{"UTF-8": roster(), "with a mark": "\xef\xbb\xbf" + roster(), "GB18030": gb} {
		records, err := readRoster([]byte(raw))
		if err != nil || len(records) != 2 || records[1].Name != "欧阳·海" || records[0].Class != "物流2401" || records[0].College != "" {
			t.Errorf("%s: %+v, %v", name, records, err)
		}
	}
	if len(flows.Columns) != 19 {
		t.Errorf("%d columns, want 19", len(flows.Columns))
	}
}

func TestRosterNamesEveryFaultByRow(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ raw, want string }{
		"empty":          {"", "no heading line"},
		"foreign":        {"name,id\n", "unknown heading"},
		"a column short": {strings.Replace(headings(), ",班级", "", 1) + "\n", "1 of the 19 columns are missing"},
		"rows":           {roster() + ",女\n" + strings.Repeat(",", 18) + "\n", "row 4"},
	} {
		if _, err := readRoster([]byte(c.raw)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
	_, err := readRoster([]byte(roster() + ",女\n" + strings.Repeat(",", 18) + "\n"))
	if err == nil || !strings.Contains(err.Error(), "row 5") || strings.Contains(err.Error(), "990101") {
		t.Errorf("faults %v, want both rows and no number", err)
	}
}

func TestKeygenImportAndCheck(t *testing.T) {
	dir := t.TempDir()
	keys, list := filepath.Join(dir, "keys.json"), filepath.Join(dir, "roster.csv")
	if code, out, err := bot(t, nil, "keygen", keys); code != 0 || !strings.Contains(out, keys) {
		t.Fatalf("keygen: %d %s %s", code, out, err)
	}
	if code, _, _ := bot(t, nil, "keygen", keys); code == 0 {
		t.Error("keygen wrote over a key file")
	}
	if err := os.WriteFile(list, []byte(roster()), 0o600); err != nil {
		t.Fatal(err)
	}
	api := silentTelegram(t)
	environ := map[string]string{"REDIS_URL": storagetest.Own(t).URL, "KEYS_FILE": keys, "PHOTOS_URL": "file:" + filepath.Join(dir, "photos"),
		"TELEGRAM_TOKEN": demoToken, "TELEGRAM_API_URL": api.URL, "SMS_URL": "sim:" + api.URL, "MAIL_URL": "sim:" + api.URL,
		"OPERATOR_NAME": "示例大学", "SUPPORT_CONTACT": "010-0000 0000", "ALLOW_TEST_IDS": "true"}
	if code, out, err := bot(t, environ, "roster", "import", list); code != 0 || !strings.HasPrefix(out, "2 ") {
		t.Errorf("roster import: %d %s %s", code, out, err)
	}
	_, out, _ := bot(t, nil, "check")
	for _, want := range []string{"ok       KEYS_FILE", "appendfsync always", "maxmemory-policy noeviction", "OWNER_IDS"} {
		if !strings.Contains(out, want) {
			t.Errorf("check does not say %q:\n%s", want, out)
		}
	}
}

func TestCheckTellsAllFaultsAtOnce(t *testing.T) {
	code, out, _ := bot(t, map[string]string{"REDIS_URL": "redis://" + "127.0.0.1:1", "KEYS_FILE": "/nowhere/keys.json"}, "check")
	for _, want := range []string{"FAULT    TELEGRAM_TOKEN", "FAULT    PHOTOS_URL", "FAULT    SMS_URL", "FAULT    KEYS_FILE"} {
		if !strings.Contains(out, want) {
			t.Errorf("check does not say %q:\n%s", want, out)
		}
	}
	if code == 0 {
		t.Error("check ends well with faults")
	}
}

func TestCommandsSayHowTheyAreUsed(t *testing.T) {
	if code, out, _ := bot(t, nil, "--help"); code != 0 || !strings.Contains(out, "demo") {
		t.Errorf("--help: %d %s", code, out)
	}
	if code, _, err := bot(t, nil, "fly"); code == 0 || !strings.Contains(err, "fly") {
		t.Errorf("an unknown command: %d %s", code, err)
	}
	if code, _, err := bot(t, map[string]string{"LISTEN": "127.0.0.1:1"}, "healthcheck"); code != 1 || !strings.Contains(err, "does not answer") {
		t.Errorf("healthcheck of nobody: %d %s", code, err)
	}
	if code, _, err := bot(t, map[string]string{"TELEGRAM_TOKEN": ""}, "serve"); code != 1 || !strings.Contains(err, "TELEGRAM_TOKEN") {
		t.Errorf("serve without a token: %d %s", code, err)
	}
}
