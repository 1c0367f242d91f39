package effects

import (
	"bytes"
	_ "embed"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"html/template"
	"strconv"
	"strings"
	"time"

	"guiwei/flows"
)

//go:embed export.html
var exportPage string

// ownCopy is all that is stored of an account, as a program reads it. Passwords and answers are hashes that say nothing.
type ownCopy struct {
	Made     time.Time                `json:"made"`
	Account  copyAccount              `json:"account"`
	Consents map[string]flows.Consent `json:"consents"`
	Cases    []copyCase               `json:"cases"`
	Chats    []int64                  `json:"telegram_chats"`
	Record   *flows.Record            `json:"enrolment_record,omitempty"`
}

type copyAccount struct {
	Phone    string             `json:"phone"`
	Relation string             `json:"phone_of,omitempty"`
	Name     string             `json:"name"`
	IDKind   string             `json:"id_kind"`
	IDNumber string             `json:"id_number"`
	Email    string             `json:"email,omitempty"`
	State    flows.AccountState `json:"state"`
	Proofed  bool               `json:"approved"`
	Created  time.Time          `json:"created"`
	Used     time.Time          `json:"last_login,omitzero"`
	Checked  time.Time          `json:"record_checked,omitzero"`
	Erase    time.Time          `json:"erasure_planned,omitzero"`
	Lang     string             `json:"language,omitempty"`
}

type copyCase struct {
	No        string          `json:"number"`
	Submitted time.Time       `json:"submitted"`
	Deadline  time.Time       `json:"deadline"`
	State     flows.CaseState `json:"state"`
	Decided   time.Time       `json:"decided,omitzero"`
	Reasons   []string        `json:"reasons,omitempty"`
	Views     []copyView      `json:"photo_views,omitempty"`
	Photos    []copyPhoto     `json:"photos,omitempty"`
}

// copyView says who looked at the photos: by role, since a reviewer's name is the reviewer's own.
type copyView struct {
	Role string    `json:"role"`
	At   time.Time `json:"at"`
}

type copyPhoto struct {
	Side   string `json:"side"`
	Bytes  int    `json:"bytes"`
	Width  int    `json:"width"`
	Height int    `json:"height"`
	JPEG   []byte `json:"jpeg,omitempty"` // base64; none once it was deleted
}

// toPrograms writes the copy as JSON.
func (c ownCopy) toPrograms() ([]byte, error) {
	raw, err := json.MarshalIndent(c, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("write copy: %w", err)
	}
	return append(raw, '\n'), nil
}

// ownPage is the copy as people read it: parts of blocks of rows.
type ownPage struct {
	Lang, Title, Lead string
	Parts             []ownPart
}

type ownPart struct {
	Head, Note string
	Blocks     []ownBlock
}

type ownBlock struct {
	Head     string
	Rows     [][2]string
	Pictures []ownFigure
}

type ownFigure struct {
	Data    template.URL
	Caption string
}

// reader puts the copy into a language.
type reader struct {
	lang string
	say  func(lang string, p flows.Phrase) string
}

func (r reader) word(key string, args ...any) string { return r.say(r.lang, flows.Say(key, args...)) }

// row adds a line, unless there is nothing to tell.
func (r reader) row(b *ownBlock, key, value string) {
	if value != "" {
		b.Rows = append(b.Rows, [2]string{r.word(key), value})
	}
}

func (r reader) time(b *ownBlock, key string, at time.Time) {
	if !at.IsZero() {
		r.row(b, key, flows.Minute(at))
	}
}

// toPeople writes the copy as one page that needs nothing else.
func (r reader) toPeople(c ownCopy) ([]byte, error) {
	p := ownPage{Lang: r.lang, Title: r.word("export.page.title"), Lead: r.word("export.page.lead", "at", flows.Minute(c.Made)),
		Parts: []ownPart{r.account(c), r.consents(c), r.cases(c), r.chats(c)}}
	if c.Record != nil {
		p.Parts = append(p.Parts, r.record(*c.Record))
	}
	var out bytes.Buffer
	t, err := template.New("export").Parse(exportPage)
	if err == nil {
		err = t.Execute(&out, p)
	}
	if err != nil {
		return nil, fmt.Errorf("write copy: %w", err)
	}
	return out.Bytes(), nil
}

func (r reader) account(c ownCopy) ownPart {
	var b ownBlock
	a := c.Account
	r.row(&b, "export.page.phone", a.Phone)
	if a.Relation != "" {
		r.row(&b, "export.page.phone_of", r.word(a.Relation))
	}
	r.row(&b, "export.page.name", a.Name)
	r.row(&b, "export.page.id", a.IDNumber)
	r.row(&b, "export.page.email", a.Email)
	r.row(&b, "export.page.state", r.word("account."+string(a.State)))
	r.time(&b, "export.page.created", a.Created)
	r.time(&b, "export.page.used", a.Used)
	r.time(&b, "export.page.checked", a.Checked)
	r.time(&b, "export.page.erase", a.Erase)
	return ownPart{Head: r.word("export.page.account"), Note: r.word("export.page.hashed"), Blocks: []ownBlock{b}}
}

func (r reader) consents(c ownCopy) ownPart {
	p := ownPart{Head: r.word("export.page.consents")}
	heads := map[string]string{flows.ConsentTerms: "export.page.terms", flows.ConsentPhoto: "export.page.photo", flows.ConsentAbroad: "export.page.abroad"}
	for _, kind := range flows.ConsentKinds {
		given, ok := c.Consents[kind]
		if !ok {
			continue
		}
		b := ownBlock{Head: r.word(heads[kind])}
		r.time(&b, "export.page.agreed", given.At)
		r.time(&b, "export.page.withdrawn", given.Ended)
		r.row(&b, "export.page.version", strings.TrimSpace(given.Version+" "+given.Lang))
		r.row(&b, "export.page.hash", given.SHA256)
		p.Blocks = append(p.Blocks, b)
	}
	if len(p.Blocks) == 0 {
		p.Note = r.word("export.page.none")
	}
	return p
}

func (r reader) cases(c ownCopy) ownPart {
	p := ownPart{Head: r.word("export.page.cases")}
	for _, one := range c.Cases {
		b := ownBlock{Head: one.No}
		r.time(&b, "export.page.submitted", one.Submitted)
		r.row(&b, "export.page.result", r.result(one))
		r.time(&b, "export.page.decided", one.Decided)
		for _, reason := range one.Reasons {
			r.row(&b, "export.page.reason", r.word("reason."+reason))
		}
		for _, v := range one.Views {
			r.row(&b, "export.page.viewed", r.word("export.page.reviewer", "at", flows.Minute(v.At)))
		}
		for _, photo := range one.Photos {
			r.photo(&b, photo)
		}
		p.Blocks = append(p.Blocks, b)
	}
	if len(p.Blocks) == 0 {
		p.Note = r.word("export.page.none")
	}
	return p
}

func (r reader) result(c copyCase) string {
	if c.State == flows.CaseApproved {
		return r.word("export.page.approved")
	}
	if c.State == flows.CaseRefused {
		return r.word("export.page.refused")
	}
	return r.word("export.page.waiting")
}

func (r reader) photo(b *ownBlock, p copyPhoto) {
	about := strconv.Itoa(p.Width) + " × " + strconv.Itoa(p.Height) + ", " + strconv.Itoa((p.Bytes+1023)/1024) + " KB"
	caption := r.word("export.page." + p.Side)
	if len(p.JPEG) == 0 {
		b.Rows = append(b.Rows, [2]string{caption, r.word("export.page.deleted")})
		return
	}
	b.Pictures = append(b.Pictures, ownFigure{Caption: caption + " · " + about,
		Data: template.URL("data:image/jpeg;base64," + base64.StdEncoding.EncodeToString(p.JPEG))}) //nolint:gosec // our own re-encoded JPEG
}

func (r reader) chats(c ownCopy) ownPart {
	var b ownBlock
	for _, chat := range c.Chats {
		r.row(&b, "export.page.chat", strconv.FormatInt(chat, 10))
	}
	return ownPart{Head: r.word("export.page.chats"), Note: r.word("export.page.chats_note"), Blocks: []ownBlock{b}}
}

func (r reader) record(c flows.Record) ownPart {
	var b ownBlock
	for _, column := range flows.Columns {
		value := *column.Field(&c)
		if value == "" {
			value = r.word("record.empty")
		}
		r.row(&b, column.Key, value)
	}
	return ownPart{Head: r.word("export.page.record"), Note: r.word("export.page.record_note"), Blocks: []ownBlock{b}}
}
