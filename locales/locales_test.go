package locales_test

import (
	"encoding/json"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"guiwei/locales"
)

// file reads a language's texts by key and plural form; a text without plurals is its "other".
func file(t *testing.T, lang string) map[string]map[string]string {
	t.Helper()
	raw, err := os.ReadFile(lang + ".json")
	if err != nil {
		t.Fatal(err)
	}
	m := map[string]json.RawMessage{}
	if err := json.Unmarshal(raw, &m); err != nil {
		t.Fatalf("%s.json: %v", lang, err)
	}
	out := map[string]map[string]string{}
	for key, text := range m {
		one := ""
		if json.Unmarshal(text, &one) == nil {
			out[key] = map[string]string{"other": one}
			continue
		}
		forms := map[string]string{}
		if err := json.Unmarshal(text, &forms); err != nil {
			t.Fatalf("%s.json: %s: %v", lang, key, err)
		}
		out[key] = forms
	}
	return out
}

func keys[V any](m map[string]V) []string {
	var out []string
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}

// each calls f with every form of every text of every language.
func each(t *testing.T, f func(lang, key, text string)) {
	t.Helper()
	for _, lang := range locales.Languages {
		texts := file(t, lang)
		for _, key := range keys(texts) {
			for _, form := range keys(texts[key]) {
				f(lang, key, texts[key][form])
			}
		}
	}
}

var (
	braces   = regexp.MustCompile(`\{\{([^}]*)\}\}`)
	argument = regexp.MustCompile(`\.(\w+)`)
	tag      = regexp.MustCompile(`<(/?)([a-z]+)(?: href="[^"<>]*")?>`)
	entity   = regexp.MustCompile(`&(?:lt|gt|amp|quot);`)
)

// arguments are the names that a text uses, sorted, each once.
func arguments(text string) []string {
	var names []string
	for _, b := range braces.FindAllStringSubmatch(text, -1) {
		for _, a := range argument.FindAllStringSubmatch(b[1], -1) {
			names = append(names, a[1])
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

func under(key string, prefixes ...string) bool {
	return slices.ContainsFunc(prefixes, func(p string) bool { return key == p || strings.HasSuffix(p, ".") && strings.HasPrefix(key, p) })
}

// bare says that a text is shown without markup: as a label, a toast, an SMS or within another text.
func bare(key string) bool {
	return strings.HasSuffix(key, ".title") || under(key, "bot.", "commands.", "button.", "page.", "relation.", "id_kind.", "use.",
		"account.", "reason.", "list.", "mail.", "sms.", "status.row.", "step.header", "group.reviewers", "group.counselors",
		"register.check.own", "register.check.email", "register.check.no_email", "counselor.class", "counselor.no_class",
		"review.roster", "review.no_roster", "recover.account", "recover.to.", "recover.question.mother", "recover.question.father", "recover.question.teacher", "record.line", "record.empty") || slices.Contains(toasts, key)
}

// toasts answer a tap; Telegram cuts them at 200 characters.
var toasts = []string{"kit.stale", "review.claimed", "review.taken_by", "review.decided_by", "review.gone", "review.no_role", "recover.disown.doing"}

// Rows: P41 U15
func TestLanguagesHoldTheSameTexts(t *testing.T) {
	t.Parallel()
	first := file(t, locales.Languages[0])
	for _, lang := range locales.Languages[1:] {
		other := file(t, lang)
		if diff := cmp.Diff(keys(first), keys(other)); diff != "" {
			t.Errorf("keys of %s and %s differ:\n%s", locales.Languages[0], lang, diff)
		}
		for _, key := range keys(first) {
			for form, text := range other[key] {
				if diff := cmp.Diff(arguments(first[key]["other"]), arguments(text)); diff != "" {
					t.Errorf("%s (%s, %s): arguments differ:\n%s", key, lang, form, diff)
				}
			}
		}
	}
}

func TestTextsThatCountHaveTheirPlurals(t *testing.T) {
	t.Parallel()
	for key, forms := range file(t, "en") {
		if slices.Contains(arguments(forms["other"]), "n") && forms["one"] == "" {
			t.Errorf("%s: counts n without a text for one", key)
		}
	}
	for _, lang := range []string{"zh-Hans", "zh-Hant"} {
		for key, forms := range file(t, lang) {
			if len(forms) != 1 {
				t.Errorf("%s (%s): Chinese has one form, not %v", key, lang, keys(forms))
			}
		}
	}
	if got := locales.Text("en", "register.code.wrong", map[string]string{"n": "1"}); !strings.Contains(got, "1 try left") {
		t.Errorf("one try left: %q", got)
	}
	if got := locales.Text("en", "register.code.wrong", map[string]string{"n": "3"}); !strings.Contains(got, "3 tries left") {
		t.Errorf("three tries left: %q", got)
	}
}

func TestMarkupIsWhatTelegramTakes(t *testing.T) {
	t.Parallel()
	allowed := []string{"b", "i", "u", "s", "code", "pre", "a", "blockquote"}
	each(t, func(lang, key, text string) {
		text = braces.ReplaceAllString(text, "")
		if bare(key) && strings.ContainsAny(text, "<>&") {
			t.Errorf("%s (%s): markup in a text that is shown bare", key, lang)
		}
		var open []string
		for _, m := range tag.FindAllStringSubmatch(text, -1) {
			switch {
			case !slices.Contains(allowed, m[2]):
				t.Errorf("%s (%s): tag %s", key, lang, m[2])
			case m[1] == "":
				open = append(open, m[2])
			case len(open) == 0 || open[len(open)-1] != m[2]:
				t.Errorf("%s (%s): </%s> closes nothing", key, lang, m[2])
			default:
				open = open[:len(open)-1]
			}
		}
		if len(open) > 0 {
			t.Errorf("%s (%s): %v stay open", key, lang, open)
		}
		if rest := entity.ReplaceAllString(tag.ReplaceAllString(text, ""), ""); strings.ContainsAny(rest, "<>&") {
			t.Errorf("%s (%s): bare <, > or &", key, lang)
		}
	})
}

// spoken is a text with every argument filled in the way it may come, so that its length counts.
func spoken(lang, key, text string, ticked string) string {
	likely := map[string]string{"seconds": "60", "n": "5", "level": "本科", "school": "示例大学", "case": "203-17", "by": "欧阳老师", "what": ticked}
	args := map[string]string{}
	for _, name := range arguments(text) {
		args[name] = likely[name]
	}
	return locales.Plain(lang, key, args)
}

func longestReason(t *testing.T, lang string) string {
	t.Helper()
	longest := ""
	for key, forms := range file(t, lang) {
		if strings.HasPrefix(key, "reason.short.") && utf8.RuneCountInString(forms["other"]) > utf8.RuneCountInString(longest) {
			longest = forms["other"]
		}
	}
	return longest
}

// Rows: P42 U17
func TestTextsFitWhereTheyAreShown(t *testing.T) {
	t.Parallel()
	ticked := map[string]string{}
	for _, lang := range locales.Languages {
		ticked[lang] = longestReason(t, lang)
	}
	limit := func(key string) int {
		switch {
		case under(key, "button.", "relation.", "id_kind.", "reason.short."):
			return 20
		case slices.Contains(toasts, key):
			return 200
		case key == "bot.name":
			return 64
		case key == "bot.short":
			return 120
		case key == "bot.description":
			return 512
		case under(key, "commands."):
			return 256
		case key == "terms.text":
			return 900
		case under(key, "sms."):
			return 140
		}
		return 3000
	}
	each(t, func(lang, key, text string) {
		if n := utf8.RuneCountInString(spoken(lang, key, text, ticked[lang])); n == 0 && text != braces.FindString(text) || n > limit(key) {
			t.Errorf("%s (%s): %d characters, at most %d fit", key, lang, n, limit(key))
		}
	})
}

// sentences are what a reader takes in at once: parted by 。！？； and line ends, without markup and arguments.
func sentences(text string) []string {
	var out []string
	for _, part := range regexp.MustCompile(`[。！？；\n]`).Split(tag.ReplaceAllString(braces.ReplaceAllString(text, ""), ""), -1) {
		if part = strings.TrimSpace(part); part != "" {
			out = append(out, part)
		}
	}
	return out
}

// Rows: U13
func TestChineseSentencesAreShort(t *testing.T) {
	t.Parallel()
	for _, lang := range []string{"zh-Hans", "zh-Hant"} {
		median(t, lang)
	}
}

func median(t *testing.T, lang string) {
	t.Helper()
	var lengths []int
	for key, forms := range file(t, lang) {
		if !strings.ContainsAny(forms["other"], "。？") || under(key, "page.", "demo.", "button.", "commands.") {
			continue // labels and headings would flatter the figure
		}
		for _, s := range sentences(forms["other"]) {
			lengths = append(lengths, utf8.RuneCountInString(s))
		}
	}
	slices.Sort(lengths)
	median := lengths[len(lengths)/2]
	t.Logf("%s: %d sentences, median %d characters, 90%% within %d, longest %d", lang, len(lengths), median, lengths[len(lengths)*9/10], lengths[len(lengths)-1])
	if median > 25 {
		t.Errorf("%s: the median sentence has %d characters, more than 25", lang, median)
	}
}

// What is refused says what to do next: each such text asks for it, or names whom to ask.
func TestRefusalsSayHowToMend(t *testing.T) {
	t.Parallel()
	for key, forms := range file(t, "zh-Hans") {
		refusal := under(key, "photo.", "rule.", "register.code.", "login.", "reason.") && !strings.Contains(key, ".short.")
		calm := under(key, "register.code.title", "register.code.right", "login.done", "rule.password.weak_warning", "login.first", "register.code.patience")
		if refusal && !calm && !strings.Contains(forms["other"], "请") {
			t.Errorf("%s: no next step", key)
		}
		if under(key, "photo.") && !strings.Contains(forms["other"], "不算次数") {
			t.Errorf("%s: does not say that it costs nothing", key)
		}
	}
}

// Rows: S56
// The guide's own words and the teacher's reminders, each at the step it belongs to.
func TestGuideIsQuotedWordForWord(t *testing.T) {
	t.Parallel()
	texts := file(t, "zh-Hans")
	for _, quote := range []struct{ key, words string }{
		{"register.phone.ask", "记住用的是哪个号码"},
		{"register.phone.ask_relative", "记住用的是哪个号码"},
		{"verdict.approved", "记住用的是哪个号码"},
		{"verdict.approved_relative", "记住用的是哪个号码"},
		{"register.code.ask", "如果1分钟内没有收到校验码，请点击按钮重新获取，此服务免费"},
		{"register.email.ask", "请设定一个安全邮箱，忘记密码时可通过此邮箱找回密码"},
		{"register.mother.ask", "您母亲的姓名是?"},
		{"register.father.ask", "您父亲的姓名是?"},
		{"register.teacher.ask", "您高中班主任的名字是?"},
		{"button.agree", "我已阅读并同意"},
		{"button.submit", "立即注册"},
		{"reclaim.warning.title", "证件号码已注册"},
		{"reclaim.warning.ask", "友情提示：如果选择“我要重新注册”，管理员审核后证件号码关联的旧账号将被注销掉，旧账号将不能用于征兵、研招报名。"},
		{"reclaim.ways.ask", "如果您用过图像校对、学籍档案、兵役登记/应征报名可使用原帐号登录"},
		{"reclaim.ways.ask", "如果您忘记了注册信息，可以尝试找回密码、找回用户名"},
		{"button.reclaim", "我要重新注册"},
		{"evidence.front.ask", "请上传手持身份证正面头部照、手持身份证背面头部照，本网站核对无误后将在三个工作日内通过电话或者邮件通知您。"},
		{"evidence.front.ask", "注：每天只能上传3次,累计上传不能超过5次。"},
		{"evidence.no_photo", "【大学同班同学协助】"},
		{"evidence.no_photo", "【提供学籍或学历信息】"},
		{"evidence.rules", ".jpg .jpeg .png .gif"},
		{"evidence.confirm.ask", "研招推免、统考、自主招生、兵役登记/应征报名"},
		{"evidence.confirm.ask_uses", "“确认”"},
		{"evidence.behind.ask", "证件号码已经被注册，客服审核通过后才能被再次注册"},
		{"evidence.waiting.ask", "待审核：等待客服审核，本网站核对无误后将在三个工作日内处理完毕"},
		{"status.row.waiting", "待审核：等待客服审核，本网站核对无误后将在三个工作日内处理完毕"},
		{"status.row.refused", "审核失败：上传的身份证照片不符合要求、或者有误，需要重新上传"},
		{"record.record.ask", "高等学籍 › 学籍信息"},
		{"register.done", "记住用的是哪个号码"},
		{"reclaim.done", "记住用的是哪个号码"},
		{"evidence.front.ask", "面目清晰"},
		{"evidence.front.again", "面目清晰"},
		{"record.record.ask", "截图保存"},
		{"record.checked.ask", "截图保存"},
		{"verdict.approved", "截图保存"},
		{"home.guest", "不是学信网"},
		{"home.guest", "chsi.com.cn"},
	} {
		if !strings.Contains(tag.ReplaceAllString(texts[quote.key]["other"], ""), quote.words) {
			t.Errorf("%s: the guide's words %q are not in it", quote.key, quote.words)
		}
	}
}

func TestFormatThatCannotBeReadIsNamed(t *testing.T) {
	t.Parallel()
	for _, lang := range locales.Languages {
		said := func(kind string) string {
			return locales.Text(lang, "photo.unsupported_type", map[string]string{"kind": kind})
		}
		if heic, webp := said("HEIC"), said("WEBP"); !strings.Contains(heic, "HEIC") || !strings.Contains(webp, "WEBP") || heic == webp {
			t.Errorf("%s: HEIC %q, WebP %q", lang, heic, webp)
		}
		if none := said(""); none == "" || strings.Contains(none, "  ") {
			t.Errorf("%s: unknown kind %q", lang, none)
		}
	}
}
