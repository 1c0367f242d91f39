package effects

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"time"

	"guiwei/bot/crash"
	"guiwei/bot/engine"
	"guiwei/bot/telegram"
	"guiwei/flows"
	"guiwei/flows/rules"
	"guiwei/locales"
	"guiwei/storage"
)

// workingDays is the promise of the guide: 三个工作日.
const workingDays = 3

// submit counts the pair and opens the case, once both pictures were read back.
func (r *Runner) submit(ctx context.Context, t engine.Task, e flows.Submit) (flows.Answer, error) {
	if may, err := r.entitled(ctx, t.Owner.Chat, e.Account, e.Generation); err != nil || may != flows.OK {
		return flows.Submitted{Outcome: may}, err
	}
	gone, err := r.unreadable(ctx, e)
	if err != nil || len(gone) > 0 {
		return flows.Submitted{Outcome: flows.Gone, Gone: gone}, err
	}
	now := r.Clock.Now()
	sub := storage.Submission{Account: e.Account, Front: e.Front, Back: e.Back, Deadline: r.Calendar.Deadline(now, workingDays), Now: now}
	if err := r.compare(ctx, &sub); err != nil {
		return nil, err
	}
	a, err := r.Store.Submit(ctx, t.Op, sub)
	if err == nil && a.Outcome == flows.OK {
		err = r.Store.EndSent(ctx, t.Owner.Chat, now)
	}
	r.Crash.At(crash.CaseSubmitted)
	if err == nil && a.Outcome == flows.OK {
		a.Likely, err = r.likely(ctx, now)
	}
	return a, err
}

// compare flags the pictures that came under another ID number before: a reviewer is to know, the student is not told.
func (r *Runner) compare(ctx context.Context, sub *storage.Submission) error {
	pair := []*flows.Photo{&sub.Front, &sub.Back}
	found, err := r.Store.Elsewhere(ctx, sub.Account.Person, []flows.Photo{sub.Front, sub.Back}, sub.Now)
	if err != nil {
		return err
	}
	for i, elsewhere := range found {
		if elsewhere {
			*pair[i] = pair[i].Flagged(flows.Elsewhere)
			sub.Risk = []string{flows.Elsewhere}
		}
	}
	return nil
}

// await notes who is to be called, or finds that there is nothing to wait for.
func (r *Runner) await(ctx context.Context, t engine.Task, e flows.Await) (flows.Answer, error) {
	if waits, err := r.Store.Await(ctx, t.Op, e.Account, t.Owner.Chat, r.Clock.Now()); err != nil || waits {
		return nil, err
	}
	return flows.CaseOver{}, nil
}

// moveCase moves a case for a reviewer: authority is a confirmed user id that is in the reviewers' group now, never one of
// the two alone.
func (r *Runner) moveCase(ctx context.Context, t engine.Task, e flows.MoveCase) (flows.Answer, error) {
	refused := flows.CaseMoved{Outcome: flows.Refused, Event: e.Event, Query: e.Query}
	refused.View.No = e.No
	reviewer, ok, err := r.Store.Reviewer(ctx, t.Owner.Chat)
	if err == nil && !ok && e.Event == flows.CaseClaim {
		err = r.reviewMenu(ctx, t.Owner.Chat)
	}
	if err == nil && ok {
		if ok, err = r.among(ctx, t.Owner.Chat); !ok {
			refused.Outcome = flows.Outside
		}
	}
	if err != nil || !ok {
		r.Log.LogAttrs(ctx, slog.LevelInfo, "move of a case refused", slog.String("op", t.Op), slog.String("case", e.No),
			slog.String("event", string(e.Event)), slog.Bool("confirmed", reviewer.Name != ""))
		return refused, err
	}
	if out, err := r.mayLook(ctx, t, e); err != nil || out != flows.OK {
		refused.Outcome = out
		return refused, err
	}
	a, err := r.Store.MoveCase(ctx, t.Op, storage.CaseMove{No: e.No, Version: e.Version, Event: e.Event,
		By: reviewer, Reasons: e.Reasons, Notes: e.Notes, Evidence: e.Seen, Undo: r.Undo, Now: r.Clock.Now()})
	if errors.Is(err, storage.ErrNone) {
		return refused, nil
	}
	a.Query = e.Query
	r.Crash.At(crash.CaseMoved)
	return a, err
}

// among asks Telegram whether a user is in the reviewers' group now: who was taken out of it decides nothing a second later.
func (r *Runner) among(ctx context.Context, user int64) (bool, error) {
	group, bound, err := r.Store.Group(ctx, storage.Reviewers)
	if err != nil || !bound {
		return false, err
	}
	m, err := r.Chats.GetChatMember(ctx, group, user)
	switch {
	case errors.Is(err, telegram.ErrNoMember):
		return false, nil
	case refused(err): // Telegram tells everybody's membership to administrators only
		r.Log.LogAttrs(ctx, slog.LevelError, "nobody can decide: make the bot an administrator of the reviewers' group",
			slog.String("cause", err.Error()))
		return false, nil
	}
	return err == nil && m.Present(), r.moved(ctx, group, err)
}

// moved notes where a group went when Telegram says so; then the effect is tried there.
func (r *Runner) moved(ctx context.Context, group int64, err error) error {
	var call *telegram.Error
	if !errors.Is(err, telegram.ErrMigrated) || !errors.As(err, &call) || call.MigrateTo == 0 {
		return err
	}
	return errors.Join(&engine.Later{Err: err}, r.Store.MigrateGroup(ctx, group, call.MigrateTo, r.Clock.Now()))
}

// takeEffect ends the undo window. What follows for people stands in the person's outbox, by the same script.
func (r *Runner) takeEffect(ctx context.Context, t engine.Task, e flows.TakeEffect) error {
	ended, ok, err := r.Store.TakeEffect(ctx, t.Op, e.No, e.Version, r.Clock.Now())
	r.Crash.At(crash.EffectTaken)
	if ok && r.Ended != nil {
		r.Ended(ended)
	}
	if ok && err == nil {
		err = errors.Join(r.Store.NoteEnded(ctx, ended.Case), r.noteHook(ctx, ended))
	}
	return err
}

// card posts or edits the case's one message in the reviewers' group: masked, no photo. A queued case waits until
// somebody can see it; a later state of the card keeps nobody else waiting.
func (r *Runner) card(ctx context.Context, e flows.Card) error {
	c, err := r.Store.Case(ctx, e.No)
	if err != nil {
		return err
	}
	group, bound, err := r.Store.Group(ctx, storage.Reviewers)
	if err == nil && !bound {
		err = errors.Join(engine.ErrNever, errors.New("no reviewers' group is bound"))
	}
	if err == nil {
		err = r.post(ctx, c, group)
	}
	if c.State == flows.CaseQueued && (errors.Is(err, engine.ErrNever) || refused(err)) {
		return &engine.Later{Wait: time.Minute, Err: errUnseen}
	}
	return r.moved(ctx, group, err)
}

// errUnseen is for the operator: bind the reviewers' group, or let the bot write there.
var errUnseen = errors.New("a case that nobody sees: the reviewers' group is not bound, or takes no messages")

// refused is when Telegram will not take a message for the group: the bot was thrown out, or may not write.
func refused(err error) bool {
	return errors.Is(err, telegram.ErrBlocked) || errors.Is(err, telegram.ErrRejected)
}

func (r *Runner) post(ctx context.Context, c flows.CaseView, group int64) error {
	text, keyboard := r.cardText(c), [][]telegram.Button(nil)
	if c.State == flows.CaseQueued {
		keyboard = r.keyboard(group, r.house(), [][]flows.Button{{flows.About("claim", c.No)}})
	}
	posted, message, err := r.Store.CardOf(ctx, c.No)
	if err != nil {
		return err
	}
	if message != 0 && posted == group {
		err := r.Messages.EditText(ctx, telegram.Edit{Chat: group, Message: message, Lane: telegram.LaneDecision, Text: text, Keyboard: keyboard})
		if !errors.Is(err, telegram.ErrGone) {
			return err
		}
	}
	card := telegram.Outgoing{Chat: group, Lane: telegram.LaneDecision, Text: text, Keyboard: keyboard}
	if card.ThreadID, err = r.topic(ctx, c, group); err != nil {
		return err
	}
	id, err := r.Messages.SendMessage(ctx, card)
	if card.ThreadID != 0 && errors.Is(err, telegram.ErrRejected) { // the topic is gone: the card stands in the group
		card.ThreadID = 0
		id, err = r.Messages.SendMessage(ctx, card)
	}
	if err != nil {
		return err
	}
	r.Crash.At(crash.CardSent)
	return r.Store.SetCard(ctx, c.No, group, id)
}

// cardText is the card and, while the case is open, what is special about it.
func (r *Runner) cardText(c flows.CaseView) string {
	text := r.words(r.house(), cardPhrase(c, r.Undo, r.house()))
	if !c.State.Open() {
		return text
	}
	for _, risk := range c.Risk {
		text += "\n" + r.words(r.house(), flows.Say("card.risk", "what", flows.Say("flag."+risk)))
	}
	if line := r.termPhrase(c); line.Key != "" {
		text += "\n" + r.words(r.house(), line)
	}
	if !c.Objected.IsZero() {
		text += "\n" + r.words(r.house(), flows.Say("card.objected"))
	}
	switch needs := max(c.Needs, c.Looks+1, 2); {
	case c.Looks > 0:
		text += "\n" + r.words(r.house(), flows.Say("card.second", "looks", c.Looks, "needs", needs))
	case c.Needs > 1:
		text += "\n" + r.words(r.house(), flows.Say("card.two", "needs", needs))
	}
	return text
}

func cardPhrase(c flows.CaseView, undo time.Duration, lang string) flows.Phrase {
	return flows.Say("card."+string(c.State), "case", c.No, "due", flows.Soon(c.Deadline),
		"name", rules.MaskName(c.Name), "id", rules.MaskID(c.IDNumber), "attempt", c.Attempt, "old", len(c.Old),
		"by", c.Reviewer.Name, "at", flows.Clock(c.Claimed), "seconds", int(undo.Seconds()), "reasons", shortReasons(c.Reasons, lang))
}

func shortReasons(codes []string, lang string) flows.Phrase {
	list := make([]string, len(codes))
	for i, code := range codes {
		reason := flows.Say("reason.short." + code)
		list[i] = reason.Plain(lang)
	}
	return flows.Say("list.inline", "list", strings.Join(list, locales.Plain(lang, "list.separator", nil)))
}

// told is all of a refusal that its student reads.
func told(c flows.CaseView) []flows.Phrase {
	return flows.Told(c.Reasons, c.Notes.Student, c.Notes.Side)
}
