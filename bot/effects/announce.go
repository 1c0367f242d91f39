package effects

import (
	"context"
	"errors"
	"log/slog"

	"guiwei/bot/crash"
	"guiwei/bot/telegram"
	"guiwei/flows"
	"guiwei/flows/rules"
)

// announce tells everyone whom an ended case concerns. Whoever blocked the bot keeps nobody else waiting.
func (r *Runner) announce(ctx context.Context, e flows.Announce) error {
	c, err := r.Store.Case(ctx, e.No)
	if err != nil {
		return err
	}
	ref := flows.AccountRef{Person: c.Person, ID: c.Account}
	s, err := r.Store.Standing(ctx, ref, r.Clock.Now())
	if err != nil {
		return err
	}
	if err := r.tellStudent(ctx, c, s); err != nil {
		return err
	}
	r.Crash.At(crash.StudentTold)
	if err := r.tellOldOwners(ctx, c); err != nil {
		return err
	}
	if err := r.tellCounselors(ctx, c); err != nil {
		return err
	}
	r.Crash.At(crash.CounselorsTold)
	return nil
}

// tellStudent pushes the result into the chat, and by e-mail where there is an address, else by SMS.
func (r *Runner) tellStudent(ctx context.Context, c flows.CaseView, s flows.Standing) error {
	t := flows.Tell{Chat: s.Account.Chat, Lang: s.Account.Lang}
	t.Phrase, t.Buttons = result(c, s)
	if err := r.push(ctx, t); err != nil {
		return err
	}
	outside := "approved"
	if c.State == flows.CaseRefused {
		outside = "refused"
	}
	body := flows.Say("mail.verdict."+outside, "case", c.No, "operator", r.Operator, "reasons", reasonPhrases(c.Reasons))
	var err error
	if s.Account.Email != "" {
		subject := flows.Say("mail.verdict.subject", "operator", r.Operator)
		err = r.Mail.Send(ctx, s.Account.Email, subject.Plain(t.Lang), body.Plain(t.Lang))
	} else {
		text := flows.Say("sms.verdict."+outside, "operator", r.Operator)
		err = r.SMS.Send(ctx, s.Account.Phone, text.Plain(t.Lang))
	}
	if err != nil { // the chat has it; a provider's fault must not repeat that
		r.Log.LogAttrs(ctx, slog.LevelWarn, "result not sent outside", slog.String("case", c.No), slog.String("cause", err.Error()))
	}
	return nil
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
		return flows.Say("verdict.refused_final", "case", c.No, "reasons", reasonPhrases(c.Reasons)), again[1:]
	}
	return flows.Say("verdict.refused", "case", c.No, "reasons", reasonPhrases(c.Reasons),
		"today", s.Quota.LeftToday(), "total", s.Quota.LeftInAll()), again
}

// tellOldOwners tells whoever held an account that has just stopped working.
func (r *Runner) tellOldOwners(ctx context.Context, c flows.CaseView) error {
	if c.State != flows.CaseApproved {
		return nil
	}
	accounts, err := r.Store.AccountsOfPerson(ctx, c.Person)
	if err != nil {
		return err
	}
	for _, a := range accounts {
		if a.Ref.ID == c.Account || a.State != flows.AccountFrozen || a.Chat == 0 {
			continue
		}
		if err := r.push(ctx, flows.Tell{Chat: a.Chat, Lang: a.Lang, Phrase: flows.Say("verdict.frozen", "user", rules.MaskPhone(a.Phone))}); err != nil {
			return err
		}
	}
	return nil
}

// tellCounselors says one silent line in the counselors' groups.
func (r *Runner) tellCounselors(ctx context.Context, c flows.CaseView) error {
	groups, err := r.Store.Counselors(ctx)
	if err != nil {
		return err
	}
	class := flows.Say("counselor.no_class")
	if c.Record != nil && c.Record.Class != "" {
		class = flows.Say("counselor.class", "class", c.Record.Class)
	}
	key := "counselor.approved"
	if c.State == flows.CaseRefused {
		key = "counselor.refused"
	}
	line := flows.Say(key, "class", class, "name", rules.MaskName(c.Name), "attempt", c.Attempt,
		"took", max(1, int(c.Decided.Sub(c.Submitted).Minutes()+0.5)))
	for _, group := range groups {
		if err := r.push(ctx, flows.Tell{Chat: group, Phrase: line, Silent: true}); err != nil {
			return err
		}
	}
	return nil
}

// push tells, and marks a chat that cannot be reached instead of failing for everyone.
func (r *Runner) push(ctx context.Context, t flows.Tell) error {
	err := r.tell(ctx, t)
	switch {
	case errors.Is(err, telegram.ErrBlocked):
		return r.Store.Blocked(ctx, t.Chat, true)
	case errors.Is(err, telegram.ErrRejected):
		r.Log.LogAttrs(ctx, slog.LevelWarn, "notice refused", slog.String("cause", err.Error()))
		return nil
	}
	return err
}
