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
	name, first, id, phone     string
	role, language, note       string
	class, student, graduating string
}

// The demo's people (rulings.md): owner 1, reviewers 7 and 8, counselor 20, old owner 40, students from 42.
var cast = []figure{
	{user: 42, name: "林小树", first: "小树", id: "990101200603150014", phone: "+8615012341234", role: "student", language: "zh-hans",
		note: "证件号码已被注册（旧账号在 40 号手机上），走“我要重新注册”", class: "物流2401", student: "2024010142", graduating: "2028-07-01"},
	{user: 43, name: "欧阳·海", first: "海", id: "990102200608221025", phone: "+8615012345678", role: "student", language: "zh-hans",
		note: "证件号码没人用过，注册后传照片才能看学籍", class: "物流2402", student: "2024010243", graduating: "2028-07-01"},
	{user: 44, name: "Zhou Wei", first: "Wei", id: "990103200511092032", phone: "+8615012347777", role: "student", language: "en",
		note: "uses English", class: "物流2401", student: "2024010144", graduating: "2028-07-01"},
	{user: 40, name: "林小树的旧手机", first: "旧手机", id: "990101200603150014", phone: "+8613900001111", role: "old_owner", language: "zh-hans",
		note: "占着 42 号证件号码的旧账号，用过学籍档案和应征报名"},
	{user: 7, name: "李老师", first: "李老师", role: "reviewer", language: "zh-hans", phone: "+8613900000007", note: "审核老师"},
	{user: 8, name: "王老师", first: "王老师", role: "reviewer", language: "zh-hans", phone: "+8613900000008", note: "审核老师"},
	{user: 20, name: "陈辅导员", first: "陈辅导员", role: "counselor", language: "zh-hans", phone: "+8613900000020", note: "物流2401 的辅导员"},
	{user: 1, name: "管理员", first: "管理员", role: "owner", language: "zh-hans", phone: "+8613900000001", note: "/invite 邀请群；确认审核老师"},
}

const (
	reviewersGroup  int64 = -1001
	counselorsGroup int64 = -1002
	oldPassword           = "shanhu-youju-2023"
)

// demoStage is the simulated Telegram as the demo begins.
func demoStage() sim.Options {
	o := sim.Options{Token: demoToken, Pace: true, Texts: map[string]string{}, Cheats: cheats(),
		Groups: []sim.Group{
			{ID: reviewersGroup, Title: "示例大学 · 审核群", Kind: "reviewers", Members: []int64{1, 7, 8}, Bot: true},
			{ID: counselorsGroup, Title: "示例大学 · 辅导员群", Kind: "counselors", Members: []int64{1, 20}, Bot: true},
		}}
	for _, key := range locales.Keys("page.") {
		o.Texts[key] = locales.Plain(locales.Languages[0], key, nil)
	}
	for _, f := range cast {
		o.Cast = append(o.Cast, sim.Person{ID: f.user, Name: f.name, FirstName: f.first, Language: f.language, Role: f.role,
			Phone: f.phone, Notes: f.note, PhoneOnPage: true, Started: f.role != "student"})
	}
	for _, p := range []struct{ file, label string }{{"front.jpg", "正面"}, {"back.jpg", "反面"}, {"front2.jpg", "另一人 · 正面"},
		{"back2.jpg", "另一人 · 反面"}, {"tiny.jpg", "太小的一张"}} {
		bytes, err := demoPhotos.ReadFile("demo/" + p.file)
		if err == nil {
			o.Photos = append(o.Photos, sim.Photo{Name: p.file, Label: p.label, Bytes: bytes})
		}
	}
	return o
}

func cheats() []sim.Cheat {
	var out []sim.Cheat
	for _, f := range cast {
		if f.role != "student" {
			continue
		}
		out = append(out, sim.Cheat{Title: fmt.Sprintf("%d · %s", f.user, f.name), Rows: [][2]string{
			{"手机号", f.phone[3:]}, {"姓名", f.name}, {"证件号码", f.id}, {"安全邮箱", "student" + fmt.Sprint(f.user) + "@example.com"},
			{"密码", "qingshan-lvshui-" + fmt.Sprint(f.user)}, {"母亲", "周雨晴"}, {"父亲", "林远山"}, {"班主任", "赵老师"}, {"情形", f.note}}})
	}
	return append(out, sim.Cheat{Title: "40 · 旧账号", Rows: [][2]string{{"手机号", "13900001111"}, {"密码", oldPassword}}},
		sim.Cheat{Title: "会被拒的输入", Rows: [][2]string{{"手机号少几位", "12345"}, {"太常见的密码", "123456"}, {"号码少一位", "99010120060315001"},
			{"邮箱打错", "student@qq.con"}}})
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
			if _, err := a.store.GrantRole(ctx, f.user); err != nil {
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
	account := flows.Account{Ref: ref, Chat: f.user, Created: made, Used: made, Lang: locales.Languages[0],
		Uses:      []string{"record", "conscription"},
		Applicant: flows.Applicant{Phone: f.phone, Password: phc, Name: "林小树", IDKind: "resident", IDNumber: f.id}}
	if err := a.store.ReservePhone(ctx, op, f.phone, ref, made); err != nil {
		return err
	}
	if _, err := a.store.OpenAccount(ctx, op, account, false, made); err != nil {
		return err
	}
	return a.store.ConfirmPhone(ctx, op, f.phone, ref)
}
