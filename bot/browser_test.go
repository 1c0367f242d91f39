package main_test

import (
	"fmt"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/chromedp/chromedp/kb"
	"guiwei/locales"
)

// What the students of the story type. All of it is fictitious.
const (
	studentID       = "990101200603150014"
	studentPhone    = "15012341234"
	studentPassword = "qingshan-lvshui-42"
	hidden          = "990101********0014" // the ID number as the bot shows it
	hiddenPhone     = "150****1234"
	chinese         = "zh-Hans"
	english         = "en"
	reviewers       = -1001
	counselors      = -1002
)

// TestStoryThroughThePage plays the main story by hand: the real binary, the demo's page, a browser, and people who press
// and type.
func TestStoryThroughThePage(t *testing.T) {
	t.Parallel()
	d := browse(t, chromium(t), demo(t))
	student := d.take(42, chinese)
	d.shot("before-start")
	registers(student)
	reclaims(student)
	submits(student)
	reviews(d)
	looksUp(d)
	foreigner(d)
	onAPhone(d)
	d.atNight()
	inEachLanguage(d)
}

// registers goes from 开始 to 立即注册, with two refusals on the way.
func registers(s *phone) {
	s.t.Helper()
	s.press(s.in("[data-start]"), "")
	s.hears("home.guest")
	s.shot("home")
	s.taps("button.register")
	s.hears("register.consent.ask")
	s.shot("consent")
	s.taps("button.agree_photo")
	s.taps("button.agree_abroad")
	s.taps("button.agree")
	s.hears("register.phone.ask")
	s.types("12345")
	s.hears("rule.phone.short", "digits", "5", "missing", "6")
	s.shot("phone-refused")
	s.types(studentPhone)
	s.hears("register.code.ask", "phone", hiddenPhone)
	s.press("[data-tab='inbox']", "")
	s.press("[data-inbox]:first-child [data-insert]", "")
	s.shot("code-in-inbox")
	s.press(s.in("[data-send]"), "")
	s.hears("password.ask")
	s.types("123456")
	s.hears("rule.password.common")
	s.types(studentPassword)
	s.hears("password.again")
	s.types(studentPassword)
	s.hears("register.name.ask")
	s.forgets(studentPassword)
	s.types("林小树")
	s.hears("register.id_number.ask")
	identity(s)
	s.types("student42@example.com")
	s.hears("register.mother.ask")
	s.types("周雨晴")
	s.hears("register.father.ask")
	s.types("林远山")
	s.hears("register.teacher.ask")
	s.types("赵老师")
	s.hears("register.check.ask", "phone", hiddenPhone, "id", hidden)
	s.shot("check")
	s.taps("button.submit")
}

// identity takes the ID number from the cheat sheet.
func identity(s *phone) {
	s.t.Helper()
	s.press("[data-tab='cheats']", "")
	s.press("[data-cheat='"+studentID+"']", "")
	s.shot("cheat-sheet")
	s.sends(studentID)
	s.hears("register.own.ask", "id", hidden)
	s.forgets(studentID)
	s.taps("button.mine")
	s.hears("register.email.ask")
}

// reclaims goes from 证件号码已注册 to the login as the new account.
func reclaims(s *phone) {
	s.t.Helper()
	s.hears("reclaim.warning.ask", "id", hidden)
	s.shot("number-taken")
	s.taps("button.understood")
	s.hears("reclaim.ways.ask")
	s.shot("ways")
	s.taps("button.reclaim")
	s.hears("password.ask")
	s.types(studentPassword)
	s.hears("password.again")
	s.types(studentPassword)
	s.hears("reclaim.submit.ask", "phone", hiddenPhone, "id", hidden)
	s.taps("button.submit")
	s.hears("login.password.ask", "user", hiddenPhone)
	s.types(studentPassword)
	s.hears("evidence.front.ask", "today", "3", "total", "5", "user", hiddenPhone, "id", hidden)
	s.forgets(studentPassword)
}

// submits sends a photo that is too small, then both sides: one of the samples, one from the person's own folder.
func submits(s *phone) {
	s.t.Helper()
	s.press("[data-tab='photos']", "")
	s.shot("photo-asked")
	s.press("[data-sample='tiny.jpg']", "")
	s.hears("photo.too_small")
	s.press("[data-sample='front.jpg']", "")
	s.hears("evidence.back.ask", "today", "3", "total", "5")
	s.shot("front-good")
	back, err := filepath.Abs("app/demo/back.jpg")
	if err != nil {
		s.t.Fatal(err)
	}
	s.do("attach back.jpg", chromedp.SetUploadFiles(chromedp.CSS(s.in("[data-attach-photo]")), []string{back}))
	s.hears("evidence.confirm.ask_uses", "today", "3", "total", "5")
	s.shot("confirm")
	s.types("确认")
	s.hears("evidence.waiting.ask")
	s.shot("submitted")
}

// reviews is the teachers' side: 李老师 takes the case in the group, looks at it in private, and lets the undo window pass.
func reviews(d *desk) {
	d.t.Helper()
	group := d.take(reviewers, chinese)
	group.hears("card.queued", "id", hidden, "attempt", "1", "old", "1")
	group.actsAs(7)
	group.taps("button.claim")
	group.hears("card.claimed", "by", "李老师", "id", hidden, "attempt", "1", "old", "1")
	teacher := d.take(7, chinese)
	teacher.heard("photos.caption.front")
	teacher.heard("photos.caption.back")
	teacher.hears("review.looking.ask", "attempt", "1", "name", "林小树", "id", studentID, "old", "1")
	d.press("[data-tab='inbox']", "")
	d.clear()
	d.shot("review")
	teacher.taps("button.approve")
	teacher.hears("review.decided.approved")
	d.shot("undo-window")
	teacher.hears("review.over")
	group.hears("card.approved", "by", "李老师", "id", hidden, "attempt", "1")
	d.take(42, chinese).heard("verdict.approved", "phone", hiddenPhone)
	d.shot("approved")
	d.take(40, chinese).heard("verdict.frozen")
	d.take(counselors, chinese).heard("counselor.approved", "class", "物流2401", "attempt", "1")
	d.shot("old-owner-and-counselors")
}

// actsAs chooses, with the arrow keys, who acts in a group.
func (p *phone) actsAs(user int64) {
	p.t.Helper()
	chooser := p.in("[data-actor]")
	p.do("choose who acts", chromedp.Focus(chromedp.CSS(chooser)), chromedp.KeyEvent(kb.Home))
	for range 9 {
		now, err := chromedp.Run(p.ctx, chromedp.Evaluate[string](fmt.Sprintf(`document.querySelector(%q).value`, chooser)))
		if err != nil {
			p.fail("see who acts", err)
		}
		if now == strconv.FormatInt(user, 10) {
			return
		}
		p.do("choose who acts", chromedp.Focus(chromedp.CSS(chooser)), chromedp.KeyEvent(kb.ArrowDown))
	}
	p.t.Fatalf("nobody with number %d in the group", user)
}

// looksUp is the end of the story: login, the enrolment record, 核对无误, out.
func looksUp(d *desk) {
	d.t.Helper()
	s := d.take(42, chinese)
	s.taps("button.login")
	s.hears("login.password.ask", "user", hiddenPhone)
	s.types(studentPassword)
	s.hears("login.done", "user", hiddenPhone)
	s.forgets(studentPassword)
	s.taps("button.record")
	s.hears("record.list.ask", "n", "1")
	s.taps("button.open_record", "level", "本科", "school", "示例大学")
	s.hears("record.record.ask")
	s.shot("record")
	s.taps("button.right")
	s.hears("record.checked.ask")
	s.taps("button.logout")
	s.hears("logout.done")
	s.shot("logged-out")
}

// foreigner is a second student, whose Telegram speaks English.
func foreigner(d *desk) {
	d.t.Helper()
	s := d.take(44, english)
	s.press(s.in("[data-start]"), "")
	s.hears("home.guest")
	s.taps("button.register")
	s.hears("register.consent.ask")
	s.shot("english-consent")
	s.taps("button.agree")
	s.hears("register.phone.ask")
	s.types("12345")
	s.hears("rule.phone.short", "digits", "5", "missing", "6")
	s.shot("english-refused")
}

// onAPhone goes on at a phone's width, where one thing is seen at a time.
func onAPhone(d *desk) {
	d.t.Helper()
	d.do("turn into a phone", chromedp.EmulateViewport(390, 844, chromedp.EmulateMobile, chromedp.EmulateTouch, chromedp.EmulateScale(2)))
	d.sees(".tabbar")
	s := &phone{desk: d, chat: 44, lang: english}
	d.shot("narrow-english")
	s.types("15012347777")
	s.hears("register.code.ask", "phone", "150****7777")
	d.press("[data-tabbar='inbox']", "")
	d.press("[data-inbox]:first-child [data-insert]", "")
	d.press(s.in("[data-send]"), "")
	s.hears("password.ask")
	d.press("[data-tabbar='list']", "")
	d.shot("narrow-list")
	d.press("[data-open='42']", "")
	d.sees(".phone[data-chat='42'] [data-input]")
	d.shot("narrow-student")
	d.press("[data-tabbar='inbox']", "")
	d.shot("narrow-inbox")
	d.do("turn back", chromedp.EmulateViewport(wide, high))
}

// atNight looks at the page in its dark colours.
func (d *desk) atNight() {
	d.t.Helper()
	d.scheme("dark")
	d.take(42, chinese)
	d.shot("dark")
}

// inEachLanguage switches the page: its words, the hints and the phones that chose no language follow.
func inEachLanguage(d *desk) {
	d.t.Helper()
	d.scheme("light")
	for _, lang := range []string{english, "zh-Hant", chinese} {
		until[bool](d, "choose "+lang, `(code) => {
			const choice = document.querySelector('[data-tongue]');
			choice.value = code;
			return choice.dispatchEvent(new Event('change'));
		}`, lang)
		title := locales.Plain(lang, "page.title", nil)
		until[bool](d, "read "+title, `(title) => document.title === title && document.querySelector('.brand h1')?.textContent === title`, title)
		d.press("[data-tab='cheats']", "")
		until[bool](d, "read the hints", `(words) => document.querySelector('.drawer').innerText.includes(words)`,
			locales.Plain(lang, "demo.how_register", nil))
		s := d.take(43, lang)
		s.types("/help")
		s.hears("help.text", "operator", locales.Own("示例大学|示例大學|Example University", lang), "contact",
			locales.Own("学生事务中心（010-00000000）|學生事務中心（010-00000000）|the student office (010-00000000)", lang))
		s.shot("language-" + lang)
	}
}
