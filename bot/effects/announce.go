package effects

import (
	"context"
	"errors"
	"log/slog"
	"strconv"
	"strings"
	"time"

	"guiwei/bot/courier"
	"guiwei/bot/crash"
	"guiwei/bot/engine"
	"guiwei/flows"
	"guiwei/flows/rules"
	"guiwei/locales"
)

// announce tells everyone whom an ended case concerns, and calls whoever waited for its end.
func (r *Runner) announce(ctx context.Context, t engine.Task, e flows.Announce) ([]flows.Input, error) {
	c, err := r.Store.Case(ctx, e.No)
	if err != nil {
		return nil, err
	}
	if err := r.tellAll(ctx, t, c); err != nil {
		return nil, err
	}
	return r.calls(ctx, t, c)
}

// calls are the inputs for the chats that wait for a case's end; an earlier try may have brought some already.
func (r *Runner) calls(ctx context.Context, t engine.Task, c flows.CaseView) ([]flows.Input, error) {
	chats, err := r.Store.WaitingFor(ctx, c.Person, c.No)
	if err != nil {
		return nil, err
	}
	calls := make([]flows.Input, len(chats))
	for i, chat := range chats {
		calls[i] = flows.Input{ID: t.Op + ".call." + strconv.FormatInt(chat, 10), Kind: flows.Called, Chat: chat,
			Subject: c.No, Act: string(c.State)}
	}
	return calls, nil
}

// tellAll tells one after the other. Whoever blocked the bot keeps nobody else waiting.
func (r *Runner) tellAll(ctx context.Context, t engine.Task, c flows.CaseView) error {
	ref := flows.AccountRef{Person: c.Person, ID: c.Account}
	s, err := r.Store.Standing(ctx, ref, r.Clock.Now())
	if err != nil {
		return err
	}
	if err := r.tellStudent(ctx, c, s); err != nil {
		return err
	}
	if err := r.tellOldOwners(ctx, t, c); err != nil {
		return err
	}
	sent, err := r.outsideOnce(ctx, t, c, "outside"+round(c), func() error { return r.tellOutside(ctx, c, s.Account) })
	if err != nil {
		return err
	}
	return r.tellCounselors(ctx, c, s, sent)
}

// round tells the verdict on a reopened case from the first one: who was told that is told this too.
func round(c flows.CaseView) string {
	if c.Reopened {
		return ".again"
	}
	return ""
}

// outsidePatience is how long a provider that is away is tried again before whoever comes after is told.
const outsidePatience = 2 * time.Minute

// outsideOnce sends a notice outside Telegram once, and says whether it went. A provider that fails for long is given up.
func (r *Runner) outsideOnce(ctx context.Context, t engine.Task, c flows.CaseView, who string, send func() error) (bool, error) {
	err := r.once(ctx, c.No, who, func(bool) error { return send() })
	if err == nil {
		return true, nil
	}
	if errors.Is(err, courier.ErrUnsure) {
		return true, r.Store.NoteTold(ctx, c.No, who) // once more could be twice
	}
	hopeless := errors.Is(err, courier.ErrPermanent) || errors.Is(err, courier.ErrMisconfigured)
	if !hopeless && r.Clock.Now().Sub(t.At) < outsidePatience {
		return false, &engine.Later{Wait: 30 * time.Second, Err: err}
	}
	r.Log.LogAttrs(ctx, alarm(err), "notice not sent outside", slog.String("case", c.No), slog.String("cause", err.Error()))
	return false, nil
}

// tellStudent pushes the result into the chat.
func (r *Runner) tellStudent(ctx context.Context, c flows.CaseView, s flows.Standing) error {
	t := flows.Tell{Chat: s.Account.Chat}
	t.Phrase, t.Buttons = result(c, s)
	err := r.pushOnce(ctx, c.No, "student"+round(c), t)
	r.Crash.At(crash.StudentTold)
	return err
}

// tellOutside sends the result outside Telegram too.
func (r *Runner) tellOutside(ctx context.Context, c flows.CaseView, a flows.Account) error {
	n := notice{c.No, courier.Approved, []any{"case", c.No}}
	if c.State == flows.CaseRefused {
		n = notice{c.No, courier.Refused, []any{"case", c.No, "reasons", told(c)}}
	}
	return r.outside(ctx, a, n)
}

// notice is what somebody is told outside Telegram about a case.
type notice struct {
	no   string
	kind courier.Kind
	args []any
}

// outside sends a notice by e-mail where there is an address, else by SMS.
func (r *Runner) outside(ctx context.Context, a flows.Account, n notice) error {
	if a.Lang == "" {
		a.Lang = r.house()
	}
	params := map[string]string{"case": n.no, "operator": locales.Own(r.Operator, a.Lang), "contact": locales.Own(r.Contact, a.Lang)}
	args := append(n.args, "operator", params["operator"], "contact", params["contact"])
	what := strings.TrimPrefix(string(n.kind), "verdict.")
	if n.kind == courier.Notice { // whose template is one text
		text := flows.Say("sms.verdict."+what, args...)
		params["text"] = text.Plain(a.Lang)
	}
	var err error
	if a.Email != "" {
		subject, body := flows.Say("mail.verdict.subject", args...), flows.Say("mail.verdict."+what, args...)
		err = r.Mail.Send(ctx, a.Email, subject.Plain(a.Lang), body.Plain(a.Lang))
	} else {
		text := flows.Say("sms.verdict."+what, args...)
		err = r.SMS.Send(ctx, courier.Message{ID: messageID(n.no, what, a.Ref.ID), To: a.Phone, Kind: n.kind, Lang: a.Lang,
			Text: text.Plain(a.Lang), Params: params})
	}
	return err
}

func result(c flows.CaseView, s flows.Standing) (flows.Phrase, [][]flows.Button) {
	again := [][]flows.Button{{flows.Everywhere("evidence")}, {flows.Everywhere("status")}}
	switch {
	case c.State == flows.CaseApproved && s.Account.Relative:
		return flows.Say("verdict.approved_relative", "phone", rules.MaskPhone(s.Account.Phone), "case", c.No,
			"relation", flows.Say(s.Account.Relation)), [][]flows.Button{{flows.Everywhere("login")}}
	case c.State == flows.CaseApproved:
		return flows.Say("verdict.approved", "phone", rules.MaskPhone(s.Account.Phone), "case", c.No),
			[][]flows.Button{{flows.Everywhere("login")}}
	case s.Quota.LeftInAll() == 0:
		return flows.Say("verdict.refused_final", "case", c.No, "reasons", told(c)), again[1:]
	}
	return flows.Say("verdict.refused", "case", c.No, "reasons", told(c),
		"today", s.Quota.LeftToday(), "total", s.Quota.LeftInAll()), again
}

// tellCounselors says one silent line in the counselors' groups, and whether the student could not be reached in the chat.
func (r *Runner) tellCounselors(ctx context.Context, c flows.CaseView, s flows.Standing, outside bool) error {
	groups, err := r.Store.Counselors(ctx)
	if err != nil {
		return err
	}
	class := flows.Say("counselor.no_class")
	if c.Record != nil && c.Record.Class != "" {
		class = flows.Say("counselor.class", "class", c.Record.Class)
	}
	key := "counselor.approved"
	switch {
	case c.State == flows.CaseRefused && s.Quota.LeftInAll() == 0:
		key = "counselor.refused_final"
	case c.State == flows.CaseRefused:
		key = "counselor.refused"
	}
	since, err := r.Store.ShutSince(ctx, s.Account.Chat)
	if err != nil {
		return err
	}
	line := flows.Say(key, "class", class, "name", rules.MaskName(c.Name), "attempt", c.Attempt,
		"took", max(1, int(c.Decided.Sub(c.Submitted).Minutes()+0.5)))
	switch {
	case !since.IsZero() && outside:
		line = flows.Say("counselor.unreached", "line", line)
	case !since.IsZero():
		line = flows.Say("counselor.unheard", "line", line)
	}
	for _, group := range groups {
		err := r.pushOnce(ctx, c.No, "group."+strconv.FormatInt(group, 10)+round(c), flows.Tell{Chat: group, Phrase: line, Silent: true})
		if err != nil {
			return err
		}
		r.Crash.At(crash.CounselorsTold)
	}
	return nil
}
