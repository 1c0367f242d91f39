package main_test

import (
	"strings"

	"guiwei/bot/sim"
)

// figure is somebody of a story. Region 99 of the ID numbers belongs to no place.
type figure struct {
	user                       int64
	role, name, language       string
	id, phone, email, password string
	mother, father, teacher    string
}

// cast are the people there are; 40 is the old owner of 42's ID number, 44 reads English, 46 Traditional Chinese.
func cast() []figure {
	const no42, no43, no44, no46 = "990101200603150014", "990102200608221025", "990103200511092032", "990104200607181044"
	all := []figure{
		{user: 1, role: "owner", name: "管理员", phone: "+8613900000001"},
		{user: 7, role: "reviewer", name: "李老师", phone: "+8613900000007"},
		{user: 8, role: "reviewer", name: "王老师", phone: "+8613900000008"},
		{user: 20, role: "counselor", name: "陈辅导员", phone: "+8613900000020"},
		{user: 40, role: "student", name: "林小树", id: no42, phone: "+8613900001111", password: "shanhu-youju-2023"},
		{user: 42, role: "student", name: "林小树", id: no42, phone: "+8615012341234", password: "qingshan-lvshui-42",
			email: "xiaoshu.lin@example.com"},
		{user: 43, role: "student", name: "欧阳·海", id: no43, phone: "+8615012345678", password: "dahai-wubian-43",
			email: "ouyang.hai@example.com"},
		{user: 44, role: "student", name: "Zhou Wei", id: no44, phone: "+8615012347777", password: "quiet-river-stone-44",
			email: "wei.zhou@example.com", language: "en"},
		{user: 45, role: "student", name: "林小树", id: no42, phone: "+8615012349999", password: "mingyue-qingfeng-45"},
		{user: 46, role: "student", name: "陳思齊", id: no46, phone: "+8615012346666", password: "yuanshan-jinshui-46",
			email: "sichi.chan@example.com", language: "zh-Hant"},
		{user: 66, role: "stranger", name: "路人", phone: "+8613900000066"},
	}
	for i := range all {
		all[i].mother, all[i].father, all[i].teacher = "周雨晴", "林远山", "赵启明"
	}
	return all
}

func castOf(user int64) figure {
	for _, f := range cast() {
		if f.user == user {
			return f
		}
	}
	return figure{user: user}
}

// vars are what $phone and the like stand for in a line about somebody.
func (f figure) vars() *strings.Replacer {
	return strings.NewReplacer("$phone", strings.TrimPrefix(f.phone, "+86"), "$name", f.name, "$id", f.id,
		"$email", f.email, "$password", f.password, "$mother", f.mother, "$father", f.father, "$teacher", f.teacher,
		"$me", itoa(int(f.user)))
}

// Groups of a story: the strangers' group is nobody's business of ours.
func groups() map[string]int64 {
	return map[string]int64{"reviewers": -1001, "counselors": -1002, "strangers": -1003, "teachers": -1004,
		"upgraded": -1000000001001}
}

func simulated(clock *storyClock) sim.Options {
	o := sim.Options{Token: botToken, Seed: 7, Now: clock.now, Photos: pictures(), Auditor: auditor()}
	for _, f := range cast() {
		o.Cast = append(o.Cast, sim.Person{ID: f.user, Name: f.name, FirstName: f.name, Language: f.language, Role: f.role,
			Phone: f.phone, Started: f.role != "student"})
	}
	o.Groups = []sim.Group{
		{ID: -1001, Title: "审核群", Kind: "reviewers", Members: []int64{1, 7, 8, 66}, Bot: true},
		{ID: -1002, Title: "辅导员群", Kind: "counselors", Members: []int64{1, 20}, Bot: true},
		{ID: -1003, Title: "外人群", Kind: "other", Members: []int64{66, 42}},
		{ID: -1004, Title: "新审核群", Kind: "other", Members: []int64{1, 7, 8}},
	}
	return o
}
