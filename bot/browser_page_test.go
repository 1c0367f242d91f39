package main_test

import (
	"context"
	"fmt"
	"html"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"guiwei/locales"
)

// desk is the demo's page in a browser. It is worked as a person works it: with clicks where a button is seen, and with
// keys. Whatever it waits for has patience as its deadline.
type desk struct {
	t     *testing.T
	ctx   context.Context
	shots string // folder of the screenshots
	taken int
	began time.Time
}

// phone is one chat on the desk, spoken in a language of locales. A group has a negative number.
type phone struct {
	*desk
	chat int64
	lang string
}

const (
	patience = 30 * time.Second
	glance   = 40 * time.Millisecond // between two looks at the page
	wide     = 1440
	high     = 900
)

// readsChinese says that the browser has a font for it: without one, all characters are the same empty box.
func (d *desk) readsChinese() {
	d.t.Helper()
	drawn, err := chromedp.Run(d.ctx, chromedp.Evaluate[bool](`((draw) => draw('归') !== draw('位'))((character) => {
		const canvas = document.createElement('canvas');
		const pen = canvas.getContext('2d');
		pen.font = '40px ' + getComputedStyle(document.body).fontFamily;
		pen.fillText(character, 10, 60);
		return canvas.toDataURL();
	})`))
	if err != nil {
		d.fail("draw characters", err)
	}
	if !drawn {
		d.t.Fatal("no Chinese font: install fonts-noto-cjk (apt-get install fonts-noto-cjk)")
	}
}

func (d *desk) do(what string, steps ...chromedp.Action[chromedp.Void]) {
	d.t.Helper()
	ctx, cancel := context.WithTimeout(d.ctx, patience)
	defer cancel()
	err := chromedp.Do(ctx, steps...)
	for err != nil && strings.Contains(err.Error(), "node with given id") && ctx.Err() == nil {
		err = chromedp.Do(ctx, steps...) // the page drew it anew meanwhile, as it may: a person would not notice
	}
	if err != nil {
		d.fail(what, err)
	}
}

// fail ends the test with what the phones show.
func (d *desk) fail(what string, err error) {
	d.t.Helper()
	shown, _ := chromedp.Run(d.ctx, chromedp.Evaluate[string](
		`[...document.querySelectorAll('.phone')].map((one) => one.dataset.chat + ': ' + one.innerText.slice(-900)).join('\n---\n')`))
	if picture, shot := chromedp.Run(d.ctx, chromedp.CaptureScreenshot()); shot == nil {
		_ = os.WriteFile(filepath.Join(d.shots, "failed.png"), picture, 0o600)
	}
	d.t.Fatalf("%s: %v\n%s", what, err, shown)
}

// until polls a function of the page until it answers something.
func until[T any](d *desk, what, function string, args ...any) T {
	d.t.Helper()
	began := time.Now()
	v, err := chromedp.Run(d.ctx, chromedp.PollFunction[T](function, chromedp.WithPollingArgs(args...),
		chromedp.WithPollingInterval(glance), chromedp.WithPollingTimeout(patience)))
	if err != nil {
		d.fail(what, err)
	}
	if waited := time.Since(began); waited > time.Second {
		d.t.Logf("waited %v to %s", waited.Round(100*time.Millisecond), what)
	}
	return v
}

func (d *desk) sees(selector string) {
	d.t.Helper()
	until[bool](d, "see "+selector, `(selector) => Boolean(document.querySelector(selector)?.offsetParent)`, selector)
}

// pressable answers where the last match can be pressed: in sight, still, and with nothing lying over it.
const pressable = `(selector, words) => {
	const all = [...document.querySelectorAll(selector)].filter((one) => !one.closest('.leaving') && (!words || one.dataset.act === words));
	const one = all[all.length - 1];
	if (!one || one.classList.contains('busy')) return null;
	one.scrollIntoView({ block: 'nearest', inline: 'nearest' });
	const box = one.getBoundingClientRect();
	const at = [box.x + box.width / 2, box.y + box.height / 2];
	const still = one.seenAt === String(at);
	one.seenAt = String(at);
	const top = document.elementFromPoint(...at);
	return still && top && (one === top || one.contains(top)) ? at : null;
}`

// press clicks the last element that matches; words, where given, is the text of a button under a message.
func (d *desk) press(selector, words string) {
	d.t.Helper()
	what := "press " + selector + " " + words
	at := until[[]float64](d, what, pressable, selector, words)
	d.do(what, chromedp.MouseClickXY(at[0], at[1]))
}

// shot saves what the page shows, once it stands still and its pictures are there. Nothing in it may be cut.
func (d *desk) shot(name string) {
	d.t.Helper()
	until[bool](d, "stand still for "+name, `() => document.getAnimations().every((one) => one.playState !== 'running' || one.effect.getTiming().iterations === Infinity)
		&& [...document.images].every((one) => !one.offsetParent || one.loading === 'lazy' && !one.complete && one.getBoundingClientRect().bottom < -200 || one.complete && one.naturalWidth > 0)
		&& !document.querySelector('.busy')`)
	d.uncut(name)
	picture, err := chromedp.Run(d.ctx, chromedp.CaptureScreenshot())
	if err != nil {
		d.fail("screenshot "+name, err)
	}
	d.taken++
	file := filepath.Join(d.shots, fmt.Sprintf("%02d-%s.png", d.taken, name))
	if err := os.WriteFile(file, picture, 0o600); err != nil {
		d.t.Fatal(err)
	}
	d.t.Logf("%v %s", time.Since(d.began).Round(100*time.Millisecond), file)
}

// clear waits until no toast and no banner lies over the page.
func (d *desk) clear() {
	d.t.Helper()
	until[bool](d, "see no toast", `() => !document.querySelector('.toast, .banner')`)
}

// uncut says that no bubble, button or letter holds more than it shows, nor reaches out of its phone, nor the page out of
// the window.
func (d *desk) uncut(name string) {
	d.t.Helper()
	cut, err := chromedp.Run(d.ctx, chromedp.Evaluate[[]string](`[...document.querySelectorAll('.bubble, .text, .ikb, .ikb-text, .rkb, .pill, .letter, .primary')].filter((one) => {
		const frame = one.closest('.phone, .drawer, body').getBoundingClientRect();
		const box = one.getBoundingClientRect();
		return one.offsetParent && (!one.matches('.bubble') && one.scrollWidth > one.clientWidth + 6 && getComputedStyle(one).display !== 'inline' || box.left < frame.left - 1 || box.right > frame.right + 1);
	}).map((one) => one.className + ' ' + one.textContent.slice(0, 60))`))
	if err != nil {
		d.fail("look at "+name, err)
	}
	if len(cut) > 0 {
		d.t.Errorf("%s: cut: %q", name, cut)
	}
	if over, err := chromedp.Run(d.ctx, chromedp.Evaluate[int](`document.documentElement.scrollWidth - innerWidth`)); err != nil || over > 0 {
		d.t.Errorf("%s: the page is %d px wider than the window (%v)", name, over, err)
	}
}

// take opens a chat's phone and gives it the focus.
func (d *desk) take(chat int64, lang string) *phone {
	d.t.Helper()
	d.press(fmt.Sprintf("[data-open='%d']", chat), "")
	p := &phone{desk: d, chat: chat, lang: lang}
	d.sees(p.in("[data-input]"))
	return p
}

func (p *phone) in(selector string) string {
	return fmt.Sprintf(".phone[data-chat='%d'] %s", p.chat, selector)
}

// types writes a text and sends it.
func (p *phone) types(text string) {
	p.t.Helper()
	p.press(p.in("[data-input]"), "")
	p.do("type", chromedp.KeyEvent(text))
	p.sends(text)
}

// sends presses the send button on what stands in the input.
func (p *phone) sends(text string) {
	p.t.Helper()
	until[bool](p.desk, "see "+text+" in the input", `(selector, text) => document.querySelector(selector).value === text`, p.in("[data-input]"), text)
	p.press(p.in("[data-send]"), "")
	until[bool](p.desk, "send", `(selector) => !document.querySelector(selector).value`, p.in("[data-input]"))
}

// taps presses a button under a message or under the input, by its key in locales.
func (p *phone) taps(key string, args ...string) {
	p.t.Helper()
	p.press(p.in(":is(.ikb, .rkb)"), locales.Plain(p.lang, key, named(args)))
}

func named(args []string) map[string]string {
	m := map[string]string{}
	for i := 0; i+1 < len(args); i += 2 {
		m[args[i]] = args[i+1]
	}
	return m
}

// parts are a text of locales as a page shows it, without blanks and markup, cut where an argument is not given: that
// one the test cannot know.
func parts(lang, key string, args []string) []string {
	const unknown = "<no value>" // as text/template prints it
	markup := regexp.MustCompile(`<[^>]*>`)
	texts := strings.Split(locales.Text(lang, key, named(args)), unknown)
	for i, text := range texts {
		texts[i] = strings.Join(strings.Fields(html.UnescapeString(markup.ReplaceAllString(text, ""))), "")
	}
	return texts
}

// saying answers whether messages of others in a chat hold the parts of a text in order: the newest, or any.
const saying = `(rows, parts, newest) => {
	const bubbles = [...document.querySelectorAll(rows)].map((one) => one.textContent.replace(/\s+/g, ''));
	return (newest ? bubbles.slice(-1) : bubbles).some((text) => {
		let at = 0;
		return parts.every((part) => {
			const found = text.indexOf(part, at);
			at = found + part.length;
			return found >= 0;
		});
	});
}`

// hears waits until the newest message from others says a text of locales.
func (p *phone) hears(key string, args ...string) {
	p.t.Helper()
	until[bool](p.desk, "hear "+key, saying, p.in(".row.in:not(.leaving) .bubble"), parts(p.lang, key, args), true)
}

// heard waits until some message from others says it.
func (p *phone) heard(key string, args ...string) {
	p.t.Helper()
	until[bool](p.desk, "hear "+key, saying, p.in(".row.in:not(.leaving) .bubble"), parts(p.lang, key, args), false)
}

// forgets waits until a text is nowhere in the chat any more.
func (p *phone) forgets(secret string) {
	p.t.Helper()
	until[bool](p.desk, "forget "+secret, `(thread, secret) => !document.querySelector(thread).textContent.includes(secret)`, p.in(".thread"), secret)
}

// scheme is "light" or "dark", as the visitor's system has it.
func (d *desk) scheme(colours string) {
	d.t.Helper()
	media := map[string]any{"features": []map[string]string{{"name": "prefers-color-scheme", "value": colours}}}
	d.do("be "+colours, chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		return target.Call(ctx, "Emulation.setEmulatedMedia", media, nil)
	}))
}
