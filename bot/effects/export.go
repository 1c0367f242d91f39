package effects

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"guiwei/bot/engine"
	"guiwei/bot/telegram"
	"guiwei/flows"
	"guiwei/locales"
	"guiwei/storage/photos"
	"guiwei/storage/vault"
)

// copyTerm is how long the files of a copy stay in the chat: less than the 24 hours that are promised.
const copyTerm = 23 * time.Hour

// export sends the owner two files, for people and for programs, and has them deleted from the chat within a day.
func (r *Runner) export(ctx context.Context, t engine.Task, e flows.Export) (flows.Answer, error) {
	lang := cmp.Or(e.Lang, r.house())
	people, programs, err := r.Copy(ctx, e.Account, lang)
	if err != nil {
		return nil, err
	}
	for _, f := range []telegram.Upload{{Name: "guiwei-copy.html", Bytes: people}, {Name: "guiwei-copy.json", Bytes: programs}} {
		o := telegram.Outgoing{Chat: t.Owner.Chat, Silent: true, Text: r.words(lang, flows.Say("export.caption"))}
		id, err := r.Pictures.SendDocument(ctx, o, f)
		if err != nil {
			return nil, err
		}
		at := r.Clock.Now().Add(copyTerm)
		if err := r.Store.Later(ctx, t.Op, t.Owner.Chat, "copy."+f.Name, at, []flows.Effect{flows.Delete{Message: id, Lang: lang}}); err != nil {
			return nil, err
		}
	}
	return flows.Exported{Outcome: flows.OK}, nil
}

// Copy is all that is stored of an account, as a page for people and as JSON for programs.
func (r *Runner) Copy(ctx context.Context, ref flows.AccountRef, lang string) (people, programs []byte, err error) {
	c, err := r.copyOf(ctx, ref)
	if err != nil {
		return nil, nil, err
	}
	if people, err = (reader{lang: lang, say: r.plain}).toPeople(c); err != nil {
		return nil, nil, err
	}
	programs, err = c.toPrograms()
	return people, programs, err
}

// plain puts a phrase into a language as bare text: the page escapes what it takes.
func (r *Runner) plain(lang string, p flows.Phrase) string {
	p.Args = append(p.Args[:len(p.Args):len(p.Args)],
		flows.Arg{Name: "operator", Text: locales.Own(r.Operator, lang)}, flows.Arg{Name: "contact", Text: locales.Own(r.Contact, lang)})
	return p.Plain(lang)
}

// copyOf gathers what is stored of an account, and nothing of others.
func (r *Runner) copyOf(ctx context.Context, ref flows.AccountRef) (ownCopy, error) {
	s, err := r.Store.Standing(ctx, ref, r.Clock.Now())
	if err != nil {
		return ownCopy{}, err
	}
	a := s.Account
	c := ownCopy{Made: r.Clock.Now().UTC(), Consents: map[string]flows.Consent{}, Account: copyAccount{Phone: a.Phone, Relation: a.Relation, Name: a.Name,
		IDKind: a.IDKind, IDNumber: a.IDNumber, Email: a.Email, State: a.State, Proofed: a.Proofed, Created: a.Created, Used: a.Used,
		Checked: a.Checked, Erase: a.Erase, Lang: a.Lang}}
	for _, kind := range flows.ConsentKinds {
		if given, ok := a.Agreed[kind]; ok {
			c.Consents[kind] = given
		} else if given, ok := a.Consented(kind); ok {
			c.Consents[kind] = given
		}
	}
	if c.Chats, err = r.Store.ChatsOf(ctx, ref); err != nil {
		return c, err
	}
	for _, row := range s.Log {
		one, err := r.copyCase(ctx, row)
		if err != nil {
			return c, err
		}
		c.Cases = append(c.Cases, one)
	}
	if a.State != flows.AccountActive || !a.Proofed {
		return c, nil
	}
	records, err := r.Store.Records(ctx, ref.Person)
	if len(records) > 0 {
		c.Record = &records[0]
	}
	return c, err
}

// copyCase tells a verdict only after its undo window, as the log does.
func (r *Runner) copyCase(ctx context.Context, row flows.LogRow) (copyCase, error) {
	v, err := r.Store.Case(ctx, row.Case)
	if err != nil {
		return copyCase{}, err
	}
	one := copyCase{No: row.Case, Submitted: v.Submitted, Deadline: v.Deadline, State: row.State, Reasons: row.Reasons}
	if !row.State.Open() {
		one.Decided = v.Decided
	}
	if !v.Claimed.IsZero() {
		one.Views = append(one.Views, copyView{Role: "reviewer", At: v.Claimed})
	}
	for _, side := range []struct {
		name  string
		photo flows.Photo
	}{{"front", v.Front}, {"back", v.Back}} {
		if side.photo.Blob == "" {
			continue
		}
		p := copyPhoto{Side: side.name, Bytes: side.photo.Bytes, Width: side.photo.Width, Height: side.photo.Height}
		p.JPEG, err = r.Photos.Get(ctx, about(v.Person, side.name), side.photo.Blob)
		gone := errors.Is(err, photos.ErrNone) || errors.Is(err, photos.ErrName) || errors.Is(err, vault.ErrUnreadable)
		if err != nil && !gone {
			return one, fmt.Errorf("open photo: %w", err)
		}
		one.Photos = append(one.Photos, p)
	}
	return one, nil
}
