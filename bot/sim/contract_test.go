package sim

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
)

// spec is the Bot API as data (../shared/botapi/api.json).
type spec struct {
	Methods map[string]struct {
		Returns []string `json:"returns"`
	} `json:"methods"`
	Types map[string]struct {
		Fields []struct {
			Name     string   `json:"name"`
			Types    []string `json:"types"`
			Required bool     `json:"required"`
		} `json:"fields"`
		Subtypes []string `json:"subtypes"`
	} `json:"types"`
}

// readSpec is done once for all tests; nil without a specification up the tree or in SPEC.
var readSpec = sync.OnceValue(func() *spec {
	places := []string{os.Getenv("SPEC")}
	for up := ".."; len(up) < 20; up += "/.." {
		places = append(places, filepath.Join(up, "shared/botapi/api.json"))
	}
	for _, place := range places {
		raw, err := os.ReadFile(place) //nolint:gosec // the path is ours
		var found spec
		if place != "" && err == nil && json.Unmarshal(raw, &found) == nil {
			return &found
		}
	}
	fmt.Println("contract: no SPEC given")
	return nil
})

// auditor holds every answer and update of a test against the specification.
func auditor(t *testing.T) func(string, any) {
	t.Helper()
	api := readSpec()
	return func(kind string, value any) {
		if api == nil {
			return
		}
		if err := api.hold(kind, value); err != nil {
			t.Errorf("contract: %s: %v", kind, err)
		}
	}
}

func (a *spec) hold(kind string, value any) error {
	raw, err := json.Marshal(value)
	if err != nil {
		return err
	}
	var plain any
	if err := json.Unmarshal(raw, &plain); err != nil {
		return err
	}
	types := []string{kind}
	for name, m := range a.Methods {
		if strings.EqualFold(name, kind) {
			types = m.Returns
		}
	}
	return a.check("$", types, plain)
}

// check says why a value is of none of the types.
func (a *spec) check(at string, types []string, v any) error {
	var last error
	for _, one := range types {
		if last = a.checkOne(at, one, v); last == nil {
			return nil
		}
	}
	return last
}

func (a *spec) checkOne(at, kind string, v any) error {
	if of, ok := strings.CutPrefix(kind, "Array of "); ok {
		return a.checkArray(at, of, v)
	}
	var ok bool
	switch kind {
	case "Integer":
		n, isNumber := v.(float64)
		ok = isNumber && n == float64(int64(n))
	case "Float":
		_, ok = v.(float64)
	case "String":
		_, ok = v.(string)
	case "Boolean", "True":
		_, ok = v.(bool)
	default:
		return a.checkObject(at, kind, v)
	}
	if !ok {
		return fmt.Errorf("%s is no %s", at, kind)
	}
	return nil
}

func (a *spec) checkArray(at, of string, v any) error {
	list, ok := v.([]any)
	if !ok {
		return fmt.Errorf("%s is no array", at)
	}
	for i, one := range list {
		if err := a.check(fmt.Sprintf("%s[%d]", at, i), []string{of}, one); err != nil {
			return err
		}
	}
	return nil
}

func (a *spec) checkObject(at, kind string, v any) error {
	known, ok := a.Types[kind]
	fields, isObject := v.(map[string]any)
	if !ok || !isObject {
		return fmt.Errorf("%s is no %s", at, kind)
	}
	if len(known.Subtypes) > 0 {
		return a.check(at, known.Subtypes, v)
	}
	var names []string
	for _, f := range known.Fields {
		names = append(names, f.Name)
		value, given := fields[f.Name]
		if !given && f.Required {
			return fmt.Errorf("%s (%s) lacks %s", at, kind, f.Name)
		}
		if given {
			if err := a.check(at+"."+f.Name, f.Types, value); err != nil {
				return err
			}
		}
	}
	for name := range fields {
		if !slices.Contains(names, name) {
			return fmt.Errorf("%s (%s) has the unknown %s", at, kind, name)
		}
	}
	return nil
}

func TestContractNoticesWhatTheSpecificationForbids(t *testing.T) {
	t.Parallel()
	api := readSpec()
	if api == nil {
		return
	}
	for _, wrong := range []object{{"message": object{}}, {"update_id": "1"}, {"update_id": 1, "massage": object{}}} {
		if api.hold("Update", wrong) == nil {
			t.Errorf("no complaint about %v", wrong)
		}
	}
}

// TestEveryKindOfUpdateKeepsTheContract sends one of each; the auditor of setup does the judging.
func TestEveryKindOfUpdateKeepsTheContract(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.call("getUpdates", object{"allowed_updates": []string{"message", "edited_message", "callback_query", "my_chat_member", "chat_member"}})
	for _, kind := range []string{"sticker", "voice", "video", "location", "poll"} {
		b.act("other", object{"user": 42, "chat": 42, "kind": kind}, nil)
	}
	b.act("sample", object{"user": 42, "chat": 42, "names": []string{"front.jpg", "back.jpg"}, "as": "document"}, nil)
	b.act("send", object{"user": 42, "chat": 42, "text": "转发", "forward": "李四"}, nil)
	b.act("groups/promote", object{"group": -1001, "by": 1}, nil)
	b.act("groups/join", object{"group": -1001, "user": 43}, nil)
	b.act("groups/leave", object{"group": -1001, "user": 43, "by": 1}, nil)
	b.act("groups/kickbot", object{"group": -1001, "by": 1}, nil)
	if n := len(b.updates()); n != 14 {
		t.Fatalf("%d updates, want 14", n)
	}
	for method, params := range map[string]object{
		"getMe": {}, "getWebhookInfo": {}, "getChat": {"chat_id": 42}, "getChatMember": {"chat_id": 42, "user_id": 42},
		"getMyName": {}, "getMyCommands": {}, "getChatMenuButton": {}, "sendChatAction": {"chat_id": 42, "action": "typing"},
	} {
		if a := b.call(method, params); !a.OK {
			t.Errorf("%s: %s", method, a.Description)
		}
	}
}
