package storage

import (
	"strings"

	"guiwei/flows"
	"guiwei/storage/vault"
)

// places says of every kind of key that holds sealed bytes what they are sealed about: whoever seals something under a new kind
// adds its line, or it could not be sealed anew. "" is for fields that are not sealed.
var places = map[string]func(value) string{
	"conv":        func(v value) string { return only(v, "d", conversationAbout(number(v.about))) },
	"out":         func(v value) string { return effectsAbout(v.about, v.field) },
	"parked":      func(v value) string { return effectsAbout(v.about, v.field) },
	"timers":      timerAbout,
	"inputs":      func(v value) string { return inputAbout(number(v.about), v.field) },
	"missed":      func(v value) string { return missedAbout(number(v.about), v.field) },
	"accounts":    accountPlace,
	"cases":       caseAbout,
	"records":     func(v value) string { return only(v, "list", recordsAbout(flows.Person(v.about))) },
	"reviewers":   func(v value) string { return reviewerAbout(number(v.field)) },
	"wishes":      func(v value) string { return reviewerAbout(number(v.field)) },
	"audit_heads": func(value) string { return headsAbout },
	"alarm":       func(v value) string { return "alarm|" + strings.Replace(v.about, ":", "|", 1) },
	"print":       func(v value) string { return printAbout(v.about) },
	"receipt":     func(v value) string { return receiptAbout(v.about) },
	"meta":        func(v value) string { return only(v, "seal", "meta") },
}

// aboutOf is what a value's sealed bytes are about; false where nobody knows.
func aboutOf(v value) (string, bool) {
	place, known := places[v.kind]
	if !known {
		return "", false
	}
	about := place(v)
	return about, about != ""
}

// accountPlace is an applicant's, or the name of a device.
func accountPlace(v value) string {
	person := flows.Person(v.about)
	if id, chat, ok := strings.Cut(v.field, " name."); ok {
		return deviceAbout(flows.AccountRef{Person: person, ID: id}, number(chat))
	}
	return accountAbout(person)
}

func only(v value, field, about string) string {
	if v.field != field {
		return ""
	}
	return about
}

// timerAbout is that of the entry which the timer becomes: "<entry>\n<sealed effects>" under "<owner>|<name>".
func timerAbout(v value) string {
	owner, _, _ := strings.Cut(v.field, "|")
	id, _, _ := strings.Cut(v.text, "\n")
	return effectsAbout(owner, id)
}

// caseAbout is of "<no> photos", "<no> notes", "<no> order" and "<no> name", whose reviewer's id stands beside it.
func caseAbout(v value) string {
	no, what, _ := strings.Cut(v.field, " ")
	switch what {
	case "photos":
		return pairAbout(no)
	case "notes":
		return notesAbout(no)
	case "order":
		return orderAbout(no)
	case "name":
		return reviewerAbout(number(v.siblings[no+" user"]))
	}
	return ""
}

// cutSealed finds the sealed bytes of a value: the whole of it, or what stands behind its first line.
func cutSealed(v value) (head, sealed string, ok bool) {
	if _, whole := vault.SealedUnder([]byte(v.text)); whole {
		return "", v.text, true
	}
	line, rest, found := strings.Cut(v.text, "\n")
	if _, behind := vault.SealedUnder([]byte(rest)); found && behind {
		return line + "\n", rest, true
	}
	return "", "", false
}
