package telegram

import (
	"strconv"
	"strings"
	"testing"

	"guiwei/bot/sim/botapi"
)

func itoa(n int) string { return strconv.Itoa(n) }

// checkContract holds calls against the Bot API's specification; without one it says so.
func checkContract(t *testing.T, calls []asked) {
	t.Helper()
	ledger := botapi.Watch(t)
	for _, a := range calls {
		values, files := map[string]string{}, map[string][]byte{}
		for name := range a.fields {
			values[name] = a.fields.Get(name)
		}
		for name, told := range a.files {
			_, content, _ := strings.Cut(told, " ")
			files[name] = []byte(content)
		}
		ledger.Call(a.method, values, files)
	}
}
