package locales_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// sources are the parsed Go files that say something to people. bot/sim speaks HTTP only, bot/crash names points.
func sources(t *testing.T) map[string]*ast.File {
	t.Helper()
	out := map[string]*ast.File{}
	for _, root := range []string{"../flows", "../bot"} {
		err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
			slashed := filepath.ToSlash(path)
			if d != nil && d.IsDir() && (slashed == "../bot/sim" || slashed == "../bot/crash" || d.Name() == "testdata") {
				return filepath.SkipDir
			}
			if err != nil || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return err
			}
			f, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
			out[slashed] = f
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if len(out) < 30 {
		t.Fatalf("only %d sources found", len(out))
	}
	return out
}

func literal(e ast.Expr) (string, bool) {
	b, ok := e.(*ast.BasicLit)
	if !ok || b.Kind != token.STRING {
		return "", false
	}
	s, err := strconv.Unquote(b.Value)
	return s, err == nil
}

func nameOf(e ast.Expr) string {
	switch f := e.(type) {
	case *ast.Ident:
		return f.Name
	case *ast.SelectorExpr:
		return f.Sel.Name
	case *ast.IndexExpr:
		return nameOf(f.X)
	}
	return ""
}

// field is the literal value of a composite literal's field.
func field(c *ast.CompositeLit, name string) (string, bool) {
	for _, e := range c.Elts {
		if kv, ok := e.(*ast.KeyValueExpr); ok && nameOf(kv.Key) == name {
			s, _ := literal(kv.Value)
			return s, true
		}
	}
	return "", false
}

// needs collects the keys that the sources ask for.
type needs map[string]bool

// families are keys made of a prefix and a code while running; the codes that no source lists are listed here.
var families = map[string][]string{
	"bot.": {"description", "short"},
	"commands.": {"start", "help", "status", "cancel", "back", "language", "login", "forgot", "whoami", "review", "invite", "bind",
		"queue", "mine", "case", "find", "overdue", "stats", "topic", "export", "erase", "mute"},
	"button.":         {"zh-Hans", "zh-Hant", "en", "keep", "old_sms", "old_mail", "agree_terms", "agree_photo", "agree_abroad", "withdraw_photo", "withdraw_abroad"},
	"use.":            {"image", "record", "conscription"},
	"group.":          {"reviewers", "counselors"},
	"photos.caption.": {"front", "back"},
	"sample.":         {"front", "back"},
	"mail.verdict.":   {"approved", "refused", "frozen", "notice"},
	"sms.verdict.":    {"approved", "refused", "frozen", "notice"},
	"login.":          {"frozen"},
	"export.page.":    {"front", "back"},
	"mail.":           {"erase.notice", "erase.kept", "erase.put_off"},
	"sms.":            {"erase.notice", "erase.kept", "erase.put_off"},
	"sms.recover.":    {"username", "changed"},
	"mail.recover.":   {"username", "changed"},
	// What is marked in a picture, and what a reviewer is told of one.
	"flag.": {"face_small", "greyscale_copy", "two_people", "number_covered", "over_exposed", "blur", "duplicate", "upside_down", "no_face",
		"face_covered", "glare", "arm_body_missing", "card_cropped", "mirrored", "too_dark", "no_card", "not_handheld_id", "text_illegible",
		"anyway", "forwarded", "editor", "screenshot", "elsewhere"},
	// What the flows find by comparing pictures; the others are constants of the photo room.
	"photo.": {"duplicate"},
	// What a script writes that takes an approval back, and the notice of a new claim, which stands for its kind.
	"reason.": {"reversed", "short.reversed", "withdrawn"},
}

// typed are the constants whose values make keys, by their type.
var typed = map[string]string{"CaseState": "card.", "AccountState": "account.", "Reason": "photo.", "Alarming": "alarm."}

func asked(t *testing.T, have map[string]map[string]string) needs {
	t.Helper()
	n := needs{}
	first := map[string]bool{}
	for key := range have {
		first[strings.SplitN(key, ".", 2)[0]] = strings.Contains(key, ".")
	}
	shape := regexp.MustCompile(`^[a-z_]+(\.[A-Za-z_-]+)+$`)
	for path, f := range sources(t) {
		ast.Inspect(f, func(node ast.Node) bool {
			switch x := node.(type) {
			case *ast.BasicLit:
				s, ok := literal(x)
				if ok && shape.MatchString(s) && first[strings.SplitN(s, ".", 2)[0]] {
					n[s] = true
				}
			case *ast.CallExpr:
				n.call(x)
			case *ast.CompositeLit:
				n.titles(x)
			case *ast.ValueSpec:
				n.values(path, x)
			}
			return true
		})
	}
	kinds, err := os.ReadFile("../flows/rules/data/kinds.json")
	if err != nil {
		t.Fatal(err)
	}
	page, err := os.ReadFile("../bot/sim/page/words.js")
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range regexp.MustCompile(`"(id_kind\.\w+)"|'(page\.\w+)':`).FindAllSubmatch(append(kinds, page...), -1) {
		n[string(m[1])+string(m[2])] = true
	}
	for prefix, codes := range families {
		for _, code := range codes {
			n[prefix+code] = true
		}
	}
	return n
}

// call finds keys without a dot, and the acts of buttons, whose key is "button." and the act.
func (n needs) call(c *ast.CallExpr) {
	switch name := nameOf(c.Fun); name {
	case "Say", "Ask", "Stay", "Note":
		if key, ok := literal(first(c)); ok && key != "" {
			n[key] = true
		}
	case "Act", "Acts", "Everywhere", "About":
		for _, a := range c.Args {
			if act, ok := literal(a); ok && act != "open" {
				n["button."+act] = true
			}
			if name == "About" {
				return
			}
		}
	}
}

func first(c *ast.CallExpr) ast.Expr {
	if len(c.Args) == 0 {
		return nil
	}
	return c.Args[0]
}

// titles finds the headings of a flow's numbered steps.
func (n needs) titles(c *ast.CompositeLit) {
	name, ok := field(c, "Name")
	if nameOf(c.Type) != "Table" || !ok {
		return
	}
	ast.Inspect(c, func(node ast.Node) bool {
		step, ok := node.(*ast.CompositeLit)
		if !ok {
			return true
		}
		at, isStep := field(step, "At")
		if _, numbered := field(step, "Number"); isStep && numbered {
			n[name+"."+at+".title"] = true
		}
		return true
	})
}

// values finds keys made of constants, and of the reasons a reviewer may give.
func (n needs) values(path string, v *ast.ValueSpec) {
	for _, e := range v.Values {
		if code, ok := literal(e); ok && typed[nameOf(v.Type)] != "" {
			n[typed[nameOf(v.Type)]+code] = true
		}
		list, ok := e.(*ast.CompositeLit)
		if !ok || v.Names[0].Name != "Reasons" || path != "../flows/case.go" {
			continue
		}
		for _, r := range list.Elts {
			code, _ := literal(r)
			n["reason."+code], n["reason.short."+code] = true, true
		}
	}
}

func TestEveryTextAskedForExistsAndEveryTextIsAskedFor(t *testing.T) {
	t.Parallel()
	have := file(t, "zh-Hans")
	need := asked(t, have)
	for _, key := range keys(need) {
		if have[key] == nil {
			t.Errorf("%s: asked for, and not there", key)
		}
	}
	for _, key := range keys(have) {
		if !need[key] {
			t.Errorf("%s: there, and asked for by nobody", key)
		}
	}
}

// given are the arguments of keys that are chosen while running, by the longest prefix. What the sources say literally
// is read from them.
var given = map[string][]string{
	"office.lead.soon": {"case", "due", "state"}, "office.lead.late": {"case", "due", "state"},
	"restore.": {"case", "by"}, "review.capped": {"case", "by"},
	"office.queue.list": {"count", "lines"}, "office.mine.list": {"count", "lines"}, "office.overdue.list": {"count", "lines"},
	"office.line": {"case", "state", "due"}, "office.line.late": {"case", "state", "due"},
	"sms.recover.": {"user", "operator", "contact"}, "mail.recover.": {"user", "operator", "contact"}, "button.account": {"name", "tail"}, "button.old_sms": {"to"}, "button.old_mail": {"to"},
	"button.again_in": {"seconds"}, "button.end_device": {"number"}, "button.open_record": {"level", "school"}, "button.ticked": {"what"},
	"mail.erase.": {"until", "case", "operator", "contact"}, "sms.erase.": {"until", "case", "operator", "contact"},
	"mail.rights.": {"operator", "contact"}, "erase.notice": {"until"}, "erase.put_off": {"case"}, "export.page.": {"at"},
	"photo.": {"kind"}, "card.": {"case", "due", "name", "id", "attempt", "old", "by", "at", "seconds", "reasons"},
	"photos.caption.": {"case", "name", "at"}, "review.decided.": {"case", "seconds"},
	"review.taken_by": {"case", "by"}, "review.decided_by": {"case", "by"}, "review.gone": {"case", "by"}, "review.no_role": {"case", "by"},
	"counselor.approved": {"class", "name", "attempt", "took"}, "counselor.refused": {"class", "name", "attempt", "took"},
	"counselor.refused_final": {"class", "name", "attempt", "took"},
	"mail.verdict.":           {"case", "operator", "contact", "reasons"},
	"objection.":              {"case", "user", "due"}, "review.before": {"case", "by"},
	"sms.verdict.": {"operator", "contact", "case", "reasons"}, "evidence.": {"today", "total"}, "status.row.": {"id", "at", "case"},
}

// calls are the names of arguments that each literal call gives, by key.
func calls(t *testing.T) map[string][][]string {
	t.Helper()
	out := map[string][][]string{}
	for _, f := range sources(t) {
		ast.Inspect(f, func(node ast.Node) bool {
			c, ok := node.(*ast.CallExpr)
			at := slices.Index([]string{"Say Ask Stay Note refuse", "Toast"}, nameOfCall(c, ok))
			if at < 0 || len(c.Args) <= at {
				return true
			}
			if key, ok := literal(c.Args[at]); ok {
				out[key] = append(out[key], named(key, c.Args[at+1:]))
			}
			return true
		})
	}
	return out
}

// nameOfCall is the kind of a call that takes a key: as its first argument or, for a toast, as its second.
func nameOfCall(c *ast.CallExpr, ok bool) string {
	if !ok {
		return ""
	}
	switch name := nameOf(c.Fun); name {
	case "Say", "Ask", "Stay", "Note", "refuse":
		return "Say Ask Stay Note refuse"
	default:
		return name
	}
}

// named are the argument names in a call's tail. Where names stand in an append(…)…, all literals of it count.
func named(key string, tail []ast.Expr) []string {
	var names []string
	for i, e := range tail {
		if name, ok := literal(e); ok && i%2 == 0 {
			names = append(names, name)
		}
		if c, ok := e.(*ast.CallExpr); ok && (nameOf(c.Fun) == "append" || nameOf(c.Fun) == "left") || nameOf(e) == "args" {
			names = append(names, handed(key)...)
			ast.Inspect(e, func(n ast.Node) bool {
				if b, ok := n.(*ast.BasicLit); ok {
					name, _ := literal(b)
					names = append(names, name)
				}
				return true
			})
		}
	}
	if strings.HasPrefix(key, "rule.password.") && !strings.HasSuffix(key, "_warning") {
		names = append(names, "passphrase")
	}
	return names
}

// handed are the arguments of a key chosen while running.
func handed(key string) []string {
	longest := ""
	for prefix := range given {
		if under(key, prefix) && len(prefix) > len(longest) {
			longest = prefix
		}
	}
	return given[longest]
}

func TestEveryArgumentOfATextIsGivenWhereverItIsSaid(t *testing.T) {
	t.Parallel()
	said := calls(t)
	for key, forms := range file(t, "zh-Hans") {
		sites := said[key]
		if len(sites) == 0 {
			sites = [][]string{handed(key)}
			if strings.HasPrefix(key, "rule.password.") {
				sites = [][]string{{"passphrase"}} // listed in a table of guesses
			}
		}
		for _, names := range sites {
			if !bare(key) {
				names = append(slices.Clone(names), "operator", "contact")
			}
			for _, a := range arguments(forms["other"]) {
				if !slices.Contains(names, a) {
					t.Errorf("%s: {{.%s}} is not given; given are %v", key, a, names)
				}
			}
		}
	}
}
