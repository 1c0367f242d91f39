package app

import (
	"context"
	"fmt"
	"time"

	"guiwei/bot/sim"
	"guiwei/flows"
	"guiwei/locales"
	"guiwei/storage"
)

// figure is one of the demo's fictitious people. The region 99 of their ID numbers belongs to no place.
type figure struct {
	user                       int64
	called, name, id, phone    string // called is the key of what the page calls them, name what their ID says
	role, language             string // language only where it is not the page's
	class, student, graduating string
}

// The demo's people (rulings.md): owner 1, reviewers 7 and 8, counselor 20, old owner 40, students from 42.
var cast = []figure{
	{user: 42, called: "demo.lin", name: "林小树", id: "990101200603150014", phone: "+8615012341234", role: "student",
		class: "物流2401", student: "2024010142", graduating: "2028-07-01"},
	{user: 43, called: "demo.ouyang", name: "欧阳·海", id: "990102200608221025", phone: "+8615012345678", role: "student",
		class: "物流2402", student: "2024010243", graduating: "2028-07-01"},
	{user: 44, called: "demo.zhou", name: "Zhou Wei", id: "990103200511092032", phone: "+8615012347777", role: "student", language: "en",
		class: "物流2401", student: "2024010144", graduating: "2028-07-01"},
	{user: 40, called: "demo.old_phone", name: "林小树", id: "990101200603150014", phone: "+8613900001111", role: "old_owner"},
	{user: 7, called: "demo.li", name: "李老师 Li", role: "reviewer", phone: "+8613900000007"},
	{user: 8, called: "demo.wang", name: "王老师 Wang", role: "reviewer", phone: "+8613900000008"},
	{user: 20, called: "demo.chen", role: "counselor", phone: "+8613900000020"},
	{user: 1, called: "demo.owner", role: "owner", phone: "+8613900000001"},
}

const (
	reviewersGroup  int64 = -1001
	counselorsGroup int64 = -1002
	oldPassword           = "shanhu-youju-2023"
)

// demoStage is the simulated Telegram as the demo begins.
func demoStage() sim.Options {
	o := sim.Options{Token: demoToken, Pace: true,
		Groups: []sim.Group{
			{ID: reviewersGroup, Title: "reviewers", Kind: "reviewers", Members: []int64{1, 7, 8}, Bot: true},
			{ID: counselorsGroup, Title: "counselors", Kind: "counselors", Members: []int64{1, 20}, Bot: true},
		}}
	for _, f := range cast {
		o.Cast = append(o.Cast, sim.Person{ID: f.user, Name: f.name, Language: f.language, Role: f.role,
			Phone: f.phone, PhoneOnPage: true, Started: f.role != "student"})
	}
	for _, name := range []string{"front.jpg", "back.jpg", "front2.jpg", "back2.jpg", "blurred.jpg", "tiny.jpg"} {
		if bytes, err := demoPhotos.ReadFile("demo/" + name); err == nil {
			o.Photos = append(o.Photos, sim.Photo{Name: name, Bytes: bytes})
		}
	}
	for _, lang := range locales.Languages {
		o.Tongues = append(o.Tongues, tongue(lang))
	}
	return o
}

// tongue is the demo's page in a language.
func tongue(lang string) sim.Tongue {
	say := func(key string) string { return locales.Plain(lang, key, nil) }
	t := sim.Tongue{Code: lang, Name: say("button." + lang), BotName: say("demo.bot"), Texts: map[string]string{}, Cheats: cheats(say),
		Names: map[int64]string{reviewersGroup: say("demo.reviewers"), counselorsGroup: say("demo.counselors")},
		Labels: map[string]string{"front.jpg": say("demo.front"), "back.jpg": say("demo.back"), "front2.jpg": say("demo.other_front"),
			"back2.jpg": say("demo.other_back"), "blurred.jpg": say("demo.blurred"), "tiny.jpg": say("demo.tiny")}}
	for _, key := range locales.Keys("page.") {
		t.Texts[key] = say(key)
	}
	for _, f := range cast {
		t.Names[f.user] = say(f.called)
	}
	return t
}

// cheats are what a visitor types, so that nobody has to think of anything.
func cheats(say func(key string) string) []sim.Cheat {
	out := []sim.Cheat{{Title: say("demo.how"), Rows: [][2]string{{say("demo.how_register")}, {say("demo.how_reclaim")},
		{say("demo.how_review")}, {say("demo.how_record")}}}}
	phone, password := say("register.phone.title"), say("register.password.title")
	stories := map[int64]string{42: say("demo.lin_story"), 43: say("demo.ouyang_story"), 44: say("demo.zhou_story")}
	for _, f := range cast {
		if f.role != "student" {
			continue
		}
		out = append(out, sim.Cheat{Title: fmt.Sprintf("%d · %s", f.user, say(f.called)), Rows: [][2]string{
			{stories[f.user]}, {phone, f.phone[3:]}, {password, "qingshan-lvshui-" + fmt.Sprint(f.user)},
			{say("register.name.title"), f.name}, {say("register.id_number.title"), f.id},
			{say("register.email.title"), "student" + fmt.Sprint(f.user) + "@example.com"},
			{say("demo.mother"), "周雨晴"}, {say("demo.father"), "林远山"}, {say("demo.teacher"), "赵启明"}}})
	}
	return append(out, sim.Cheat{Title: "40 · " + say("demo.old_account"), Rows: [][2]string{{phone, "13900001111"}, {password, oldPassword}}},
		sim.Cheat{Title: say("demo.refused"), Rows: [][2]string{{say("demo.short_phone"), "12345"}, {say("demo.common_password"), "123456"},
			{say("demo.short_id"), "99010120060315001"}, {say("demo.email_slip"), "student@qq.con"}}})
}

// seedDemo puts in what a school would have had: groups bound, reviewers confirmed, a roster, and one old account.
func (a *App) seedDemo(ctx context.Context) error {
	now := a.clock.Now()
	var records []flows.Record
	for _, f := range cast {
		switch f.role {
		case "reviewer":
			if err := a.store.RequestRole(ctx, f.user, f.name); err != nil {
				return err
			}
			if _, err := a.store.GrantRole(ctx, f.user, 0, a.clock.Now()); err != nil {
				return err
			}
		case "student":
			records = append(records, f.record())
		case "old_owner":
			if err := a.seedOld(ctx, f, now); err != nil {
				return err
			}
		}
	}
	if _, err := a.store.PutRecords(ctx, records); err != nil {
		return err
	}
	if err := a.store.BindGroup(ctx, "reviewers", reviewersGroup); err != nil {
		return err
	}
	return a.store.BindGroup(ctx, "counselors", counselorsGroup)
}

func (f figure) record() flows.Record {
	return flows.Record{Name: f.name, Sex: "女", Nation: "汉族", Born: f.id[6:10] + "-" + f.id[10:12] + "-" + f.id[12:14], IDNumber: f.id,
		Candidate: "24990101150" + fmt.Sprint(f.user), Student: f.student, School: "示例大学", Department: "管理学院", Major: "物流管理",
		Class: f.class, Level: "本科", Years: "4", DegreeKind: "普通高等教育", Mode: "普通全日制", Entered: "2024-09-01",
		Status: "在籍（注册学籍）", Graduating: f.graduating}
}

// seedOld opens the account that somebody once made on a student's ID number, last used long ago.
func (a *App) seedOld(ctx context.Context, f figure, now time.Time) error {
	phc, err := a.vault.HashSecret(oldPassword, true)
	if err != nil {
		return err
	}
	made := now.AddDate(-2, -6, 0)
	const op = "demo-old-owner"
	ref := flows.AccountRef{Person: a.vault.Person("resident", f.id), ID: storage.AccountID(op)}
	account := flows.Account{Ref: ref, Chat: f.user, Created: made, Used: made,
		Uses:      []string{"record", "conscription"},
		Applicant: flows.Applicant{Phone: f.phone, Password: phc, Name: f.name, IDKind: "resident", IDNumber: f.id}}
	if err := a.store.ReservePhone(ctx, op, f.phone, ref, made); err != nil {
		return err
	}
	if _, err := a.store.OpenAccount(ctx, op, account, false, made); err != nil {
		return err
	}
	return a.store.ConfirmPhone(ctx, op, f.phone, ref, made)
}
