package effects

import (
	"context"
	"errors"
	"log/slog"
	"strings"

	"guiwei/bot/engine"
	"guiwei/bot/telegram"
	"guiwei/flows"
	"guiwei/flows/rules"
	"guiwei/storage"
)

// deskPage is how many cases stand on one page of a list.
const deskPage = 10

// page is what the desk says: words and buttons.
type page struct {
	phrase  flows.Phrase
	buttons [][]flows.Button
}

// desk answers a reviewer where it was asked. Strangers' groups hear nothing.
func (r *Runner) desk(ctx context.Context, t engine.Task, e flows.AskDesk) error {
	p, err := r.deskPage(ctx, t, e)
	if err != nil || p.phrase.Key == "" {
		return err
	}
	lang := e.Lang
	if lang == "" {
		lang = r.house()
	}
	text, keyboard := r.words(lang, p.phrase), r.keyboard(e.Chat, lang, p.buttons)
	if e.Message != 0 {
		err = r.Messages.EditText(ctx, telegram.Edit{Chat: e.Chat, Message: e.Message, Lane: telegram.LaneDecision, Text: text, Keyboard: keyboard})
		if !errors.Is(err, telegram.ErrGone) {
			return err
		}
	}
	_, err = r.Messages.SendMessage(ctx, telegram.Outgoing{Chat: e.Chat, ThreadID: e.Thread, Lane: telegram.LaneDecision, Text: text, Keyboard: keyboard})
	return err
}

func (r *Runner) deskPage(ctx context.Context, t engine.Task, e flows.AskDesk) (page, error) {
	refusal, err := r.mayAsk(ctx, t.Owner.Chat, e.Chat)
	if err != nil || refusal != nil {
		if refusal == nil {
			return page{}, err
		}
		r.Log.LogAttrs(ctx, slog.LevelInfo, "question to the desk refused", slog.String("op", t.Op), slog.String("word", e.Word))
		return *refusal, nil
	}
	switch e.Word {
	case "case":
		return r.oneCase(ctx, e.Text)
	case "find":
		return r.findCases(ctx, t, e.Text)
	case "topic":
		return r.setTopic(ctx, t, e)
	case "stats":
		return r.stats(ctx)
	}
	return r.listCases(ctx, t.Owner.Chat, e)
}

// mayAsk refuses whoever is no reviewer in the reviewers' group now, nor an owner, and any other group.
func (r *Runner) mayAsk(ctx context.Context, user, chat int64) (*page, error) {
	if chat < 0 {
		group, bound, err := r.Store.Group(ctx, storage.Reviewers)
		if err != nil || !bound || group != chat {
			return &page{}, err
		}
	}
	if r.owner(user) {
		return nil, nil
	}
	_, ok, err := r.Store.Reviewer(ctx, user)
	if err == nil && ok {
		ok, err = r.among(ctx, user)
	}
	if err != nil || ok {
		return nil, err
	}
	no := page{phrase: flows.Say("office.reviewers_only")}
	return &no, nil
}

// listCases is one page of /queue, /mine or /overdue, the oldest first.
func (r *Runner) listCases(ctx context.Context, user int64, e flows.AskDesk) (page, error) {
	all, err := r.Store.OpenCases(ctx)
	if err != nil {
		return page{}, err
	}
	now, list, none := r.Clock.Now(), "office.queue.list", "office.queue.none"
	switch e.Word {
	case "mine":
		list, none = "office.mine.list", "office.mine.none"
		all = kept(all, func(c storage.OpenCase) bool { return c.Reviewer.User == user })
	case "overdue":
		list, none = "office.overdue.list", "office.overdue.none"
		all = kept(all, func(c storage.OpenCase) bool { return c.Deadline.Before(now) })
	}
	if len(all) == 0 {
		return page{phrase: flows.Say(none)}, nil
	}
	pages := (len(all) + deskPage - 1) / deskPage
	at := min(e.Page, pages-1)
	shown := all[at*deskPage : min(len(all), (at+1)*deskPage)]
	if err := r.Store.Names(shown); err != nil {
		return page{}, err
	}
	p := page{phrase: flows.Say(list, "count", len(all), "lines", r.lines(shown))}
	var turn []flows.Button
	if at > 0 {
		turn = append(turn, flows.Turn(e.Word, "button.desk_before", at-1))
	}
	if at+1 < pages {
		turn = append(turn, flows.Turn(e.Word, "button.desk_after", at+1))
	}
	if len(turn) > 0 {
		p.buttons = [][]flows.Button{turn}
	}
	return p, nil
}

func kept(all []storage.OpenCase, want func(storage.OpenCase) bool) []storage.OpenCase {
	var some []storage.OpenCase
	for _, c := range all {
		if want(c) {
			some = append(some, c)
		}
	}
	return some
}

// lines tell one case each: number, who has it, until when.
func (r *Runner) lines(cases []storage.OpenCase) []flows.Phrase {
	list := make([]flows.Phrase, len(cases))
	for i, c := range cases {
		key := "office.line"
		if c.Deadline.Before(r.Clock.Now()) {
			key = "office.line.late"
		}
		list[i] = flows.Say(key, "case", c.No, "state", stands(c), "due", flows.Soon(c.Deadline))
	}
	return list
}

// stands says where an open case is.
func stands(c storage.OpenCase) flows.Phrase {
	if c.State == flows.CaseQueued {
		return flows.Say("office.state.queued")
	}
	if c.State == flows.CaseClaimed {
		return flows.Say("office.state.claimed", "by", c.Reviewer.Name)
	}
	return flows.Say("office.state.decided", "by", c.Reviewer.Name)
}

// oneCase is /case: the card, with a button to take it where it waits.
func (r *Runner) oneCase(ctx context.Context, no string) (page, error) {
	if no == "" {
		return page{phrase: flows.Say("office.case.how")}, nil
	}
	c, err := r.Store.Case(ctx, no)
	if errors.Is(err, storage.ErrNone) {
		return page{phrase: flows.Say("office.case.none")}, nil
	}
	if err != nil {
		return page{}, err
	}
	p := page{phrase: cardPhrase(c, r.Undo, r.house())}
	if c.State == flows.CaseQueued {
		p.buttons = [][]flows.Button{{flows.About("claim", c.No)}}
	}
	return p, nil
}

// findCases is /find: a case number, four or more digits that end a phone or an ID number, or a name with the end of the ID
// number. Who looked, and by what kind of thing, is a row of the audit; what was looked for is not.
func (r *Runner) findCases(ctx context.Context, t engine.Task, text string) (page, error) {
	if c, err := r.Store.Case(ctx, text); err == nil {
		return r.oneCase(ctx, c.No)
	}
	want, kind := wanted(text)
	if want == nil {
		return page{phrase: flows.Say("office.find.how")}, nil
	}
	deed := storage.Deed{At: r.Clock.Now(), By: t.Owner.Chat, Do: "find", Why: kind}
	if err := r.Store.NoteDeed(ctx, t.Op+".find", deed); err != nil {
		return page{}, err
	}
	all, err := r.Store.OpenCases(ctx)
	if err != nil {
		return page{}, err
	}
	found, err := r.Store.Seek(ctx, all, want)
	if err != nil {
		return page{}, err
	}
	if len(found) == 0 {
		return page{phrase: flows.Say("office.find.none")}, nil
	}
	shown := found[:min(len(found), deskPage)]
	lines := make([]flows.Phrase, len(shown))
	for i, c := range shown {
		v, err := r.Store.Case(ctx, c.No)
		if err != nil {
			return page{}, err
		}
		c.Reviewer = v.Reviewer
		lines[i] = flows.Say("office.find.line", "case", c.No, "name", rules.MaskName(v.Name), "id", rules.MaskID(v.IDNumber),
			"state", stands(c), "due", flows.Soon(c.Deadline))
	}
	return page{phrase: flows.Say("office.find.list", "count", len(found), "lines", lines)}, nil
}

// wanted reads what /find looks for, and says in one word of what kind it is; nil for what is too little to tell people apart.
func wanted(text string) (want func(flows.Applicant) bool, kind string) {
	words := strings.Fields(strings.ToUpper(text))
	switch {
	case len(words) == 1 && tail(words[0]):
		return func(a flows.Applicant) bool {
			return strings.HasSuffix(a.Phone, words[0]) || strings.HasSuffix(a.IDNumber, words[0])
		}, "tail"
	case len(words) == 2 && tail(words[1]):
		return func(a flows.Applicant) bool {
			return strings.EqualFold(a.Name, words[0]) && strings.HasSuffix(a.IDNumber, words[1])
		}, "name_tail"
	case len(words) == 2 && tail(words[0]):
		return wanted(words[1] + " " + words[0])
	}
	return nil, ""
}

// tail says whether a word may end a phone or an ID number: four digits at least, the last one perhaps an X.
func tail(word string) bool {
	digits := strings.TrimSuffix(word, "X")
	return len(word) >= 4 && len(word) <= 18 && strings.Trim(digits, "0123456789") == ""
}

// setTopic is /topic FACULTY, typed in the topic that the faculty's cases shall stand in. Typed outside of one it takes the
// topic away.
func (r *Runner) setTopic(ctx context.Context, t engine.Task, e flows.AskDesk) (page, error) {
	switch {
	case e.Chat > 0 || e.Text == "" || len(e.Text) > 200:
		return page{phrase: flows.Say("office.topic.how")}, nil
	}
	deed := storage.Deed{At: r.Clock.Now(), By: t.Owner.Chat, Do: "topic", Of: int64(e.Thread)}
	if err := r.Store.NoteDeed(ctx, t.Op+".topic", deed); err != nil {
		return page{}, err
	}
	if err := r.Store.SetTopic(ctx, e.Text, e.Chat, e.Thread); err != nil {
		return page{}, err
	}
	if e.Thread == 0 {
		return page{phrase: flows.Say("office.topic.gone", "faculty", e.Text)}, nil
	}
	return page{phrase: flows.Say("office.topic.set", "faculty", e.Text)}, nil
}

// topic is where a case's card stands in the reviewers' group: its faculty's topic, 0 for the whole group.
func (r *Runner) topic(ctx context.Context, c flows.CaseView, group int64) (int, error) {
	if c.Record == nil || c.Record.College == "" {
		return 0, nil
	}
	return r.Store.Topic(ctx, c.Record.College, group)
}
