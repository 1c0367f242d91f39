// Package effects does what a decision asked for, one file per effect. Runner.Do is what the engine calls.
//
// An effect may be done twice: whatever must not happen twice goes to storage with the task's operation id.
package effects

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"guiwei/bot/courier"
	"guiwei/bot/crash"
	"guiwei/bot/engine"
	"guiwei/bot/photo"
	"guiwei/bot/tap"
	"guiwei/bot/telegram"
	"guiwei/flows"
	"guiwei/flows/rules"
	"guiwei/locales"
	"guiwei/storage"
	"guiwei/storage/photos"
	"guiwei/storage/vault"
)

// Messages are the calls that say something in a chat.
type Messages interface {
	SendMessage(ctx context.Context, o telegram.Outgoing) (int, error)
	EditText(ctx context.Context, e telegram.Edit) error
	EditKeyboard(ctx context.Context, e telegram.Edit) error
	DeleteMessage(ctx context.Context, chat int64, message int) error
	AnswerCallback(ctx context.Context, id, text string, alert bool) error
}

// Pictures are the calls that carry pictures.
type Pictures interface {
	SendPhoto(ctx context.Context, o telegram.Outgoing, photo telegram.Upload) (int, error)
	SendDocument(ctx context.Context, o telegram.Outgoing, file telegram.Upload) (int, error)
	SendChatAction(ctx context.Context, chat int64, thread int, action string) error
	Download(ctx context.Context, fileID string, maxBytes int64) ([]byte, error)
}

// Chats are the calls about the bot, its groups and its menus.
type Chats interface {
	SetMyCommands(ctx context.Context, commands []telegram.Command, s telegram.CommandScope, language string) error
	GetMe(ctx context.Context) (telegram.Bot, error)
	LeaveChat(ctx context.Context, chat int64) error
	GetChatMember(ctx context.Context, chat, user int64) (telegram.Member, error)
}

// SMS and Mail carry texts outside Telegram.
type (
	SMS interface {
		Send(ctx context.Context, m courier.Message) error
	}
	Mail interface {
		Send(ctx context.Context, to, subject, text string) error
	}
)

// Runner does effects. All fields are required.
type Runner struct {
	Messages Messages
	Pictures Pictures
	Chats    Chats
	Store    *storage.Store
	Vault    *vault.Vault
	Photos   *photos.Sealed
	Room     *photo.Room
	SMS      SMS
	Mail     Mail
	Calendar rules.Calendar
	Clock    engine.Clock
	Crash    *crash.Plan
	Log      *slog.Logger

	Owners   []int64
	Lead     int64         // who is told of cases that wait too long; 0: the first owner
	Operator string        // as locales.Own reads it
	Contact  string        // the same
	House    func() string // the language of groups and of who has not said a word; nil: the default
	Undo     time.Duration
	Ended    func(flows.CaseView) // told of each verdict that took effect; nil: nobody
	Hook     Hook                 // told of each case that ended; nil: nobody
	small    smalls
	line     line

	SMSPerHour int  // codes to all phones together; 0: as many as are asked for
	Cheap      bool // Argon2 parameters for tests and the demo, under ALLOW_TEST_IDS only
}

// Do does one effect.
func (r *Runner) Do(ctx context.Context, t engine.Task) (engine.Outcome, error) {
	out, err := r.do(ctx, t)
	if err != nil {
		err = r.kind(ctx, t, err)
	}
	return out, err
}

// do does an effect in a chat or a group, and leaves the others to whom they concern.
func (r *Runner) do(ctx context.Context, t engine.Task) (engine.Outcome, error) {
	switch e := t.Effect.(type) {
	case flows.Show:
		return r.show(ctx, t, e)
	case flows.Unshare:
		return engine.Outcome{}, r.unshare(ctx, t.Owner.Chat, e.Lang)
	case flows.Sample:
		return engine.Outcome{}, r.sample(ctx, t, e)
	case flows.AnswerTap:
		return engine.Outcome{}, r.answerTap(ctx, e)
	case flows.Delete:
		return engine.Outcome{}, r.delete(ctx, t, e)
	case flows.Tell:
		return engine.Outcome{}, r.tell(ctx, e)
	case flows.Menu:
		return engine.Outcome{}, r.menu(ctx, t.Owner.Chat, e.Lang)
	case flows.Forgotten:
		return engine.Outcome{}, nil
	case flows.Welcome:
		return engine.Outcome{}, r.welcome(ctx, t, e)
	case flows.Shut:
		return engine.Outcome{}, r.shut(ctx, t, e)
	case flows.Regroup:
		return engine.Outcome{}, r.Store.MigrateGroup(ctx, e.From, e.To, r.Clock.Now())
	case flows.CatchUp:
		return engine.Outcome{}, r.catchUp(ctx, e.Chat)
	case flows.Bind:
		return engine.Outcome{}, r.bind(ctx, t, e)
	case flows.Remind:
		return engine.Outcome{}, r.remind(ctx, t, e)
	case flows.AskDesk:
		return engine.Outcome{}, r.desk(ctx, t, e)
	default:
		return r.onCase(ctx, t)
	}
}

// onCase does an effect on a case.
func (r *Runner) onCase(ctx context.Context, t engine.Task) (engine.Outcome, error) {
	switch e := t.Effect.(type) {
	case flows.ShowPhotos:
		return engine.Outcome{}, r.showPhotos(ctx, t, e)
	case flows.ClearPhotos:
		return engine.Outcome{}, r.clearPhotos(ctx, e)
	case flows.Card:
		return engine.Outcome{}, r.card(ctx, e)
	case flows.TakeEffect:
		return engine.Outcome{}, r.takeEffect(ctx, t, e)
	case flows.Opened:
		return engine.Outcome{}, r.opened(ctx, t, e)
	case flows.Contested:
		return engine.Outcome{}, r.contested(ctx, e)
	case flows.Second:
		return engine.Outcome{}, r.second(ctx, e)
	case flows.Settle:
		calls, err := r.settle(ctx, t, e)
		return engine.Outcome{Inputs: calls}, err
	case flows.Deregister:
		return engine.Outcome{}, r.deregister(ctx, t, e)
	case flows.Restored:
		return engine.Outcome{}, r.restored(ctx, t, e)
	case flows.Lapse:
		return engine.Outcome{}, r.Store.Lapse(ctx, t.Op, e.No, e.Version, r.Clock.Now())
	case flows.Announce:
		calls, err := r.announce(ctx, t, e)
		return engine.Outcome{Inputs: calls}, err
	default:
		return r.onAccount(ctx, t)
	}
}

// onAccount does an effect on an account, or one that answers.
func (r *Runner) onAccount(ctx context.Context, t engine.Task) (engine.Outcome, error) {
	switch e := t.Effect.(type) {
	case flows.MarkChecked:
		return engine.Outcome{}, r.Store.MarkChecked(ctx, t.Op, e.Account, r.Clock.Now())
	case flows.LeaveDevice:
		return engine.Outcome{}, r.Store.LeaveDevice(ctx, t.Op, e.Account, t.Owner.Chat)
	case flows.Alarm:
		return engine.Outcome{}, r.alarm(ctx, t, e)
	case flows.KeepAccount:
		return engine.Outcome{}, r.keepAccount(ctx, t)
	case flows.BeginErasure:
		calls, err := r.beginErasure(ctx, t, e)
		return engine.Outcome{Inputs: calls}, err
	case flows.EndErasure:
		return engine.Outcome{}, r.Store.EndErasure(ctx, e.Account, r.Clock.Now())
	case flows.Disown:
		return engine.Outcome{}, r.disown(ctx, t, e)
	case flows.CarryProof:
		return engine.Outcome{}, r.carryProof(ctx, t, e)
	case flows.CarryUsername:
		return engine.Outcome{}, r.carryUsername(ctx, t, e)
	case flows.Warn:
		return engine.Outcome{}, r.warn(ctx, t, e)
	default:
		answer, err := r.ask(ctx, t)
		return engine.Outcome{Answer: answer}, err
	}
}

// ask does an effect that answers.
func (r *Runner) ask(ctx context.Context, t engine.Task) (flows.Answer, error) {
	switch e := t.Effect.(type) {
	case flows.SendCode:
		return r.sendCode(ctx, t, e)
	case flows.Hash:
		return r.hash(t, e)
	case flows.Register:
		return r.register(ctx, t, e)
	case flows.LookUp:
		return r.lookUp(ctx, t, e)
	case flows.Examine:
		return r.examine(ctx, t, e)
	case flows.Rehearse:
		a, _, err := r.look(ctx, t, e.File, r.Room.Examine)
		return a, err
	case flows.Await:
		return r.await(ctx, t, e)
	case flows.Submit:
		return r.submit(ctx, t, e)
	case flows.LogIn:
		return r.logIn(ctx, t, e)
	case flows.GiveConsent:
		return r.consent(ctx, t, e)
	case flows.AskErasure:
		return r.askErasure(ctx, t, e)
	case flows.Export:
		return r.export(ctx, t, e)
	case flows.SendProof:
		return r.sendProof(ctx, t, e)
	case flows.OpenProof:
		return r.openProof(ctx, t, e)
	case flows.CheckAnswer:
		return r.checkAnswer(ctx, t, e)
	case flows.ChangePassword:
		return r.changePassword(ctx, t, e)
	case flows.FindUsername:
		return r.findUsername(ctx, t, e)
	case flows.FindWays:
		return r.findWays(ctx, t, e)
	case flows.ReadRecords:
		return r.readRecords(ctx, t, e)
	case flows.ListDevices:
		return r.Store.Devices(ctx, e.Account, e.Generation, t.Owner.Chat)
	case flows.SetPassword:
		return r.setPassword(ctx, t, e)
	case flows.ChangePhone:
		return r.changePhone(ctx, t, e)
	case flows.EndDevices:
		return r.endDevices(ctx, t, e)
	case flows.MoveCase:
		return r.moveCase(ctx, t, e)
	case flows.Object:
		return r.object(ctx, t, e)
	case flows.ReadFrozen:
		return r.readFrozen(ctx, t, e)
	case flows.GiveOrder:
		return r.giveOrder(ctx, t, e)
	case flows.Countersign:
		return r.countersign(ctx, t, e)
	case flows.AskRole:
		return r.askRole(ctx, t, e)
	case flows.GrantRole:
		return r.grantRole(ctx, t, e)
	case flows.Invite:
		return r.invite(ctx, t, e)
	default:
		return nil, fmt.Errorf("effect %s: %w", flows.EffectName(t.Effect), engine.ErrNever)
	}
}

// kind tells the engine whether trying again makes sense. A chat that blocked the bot is marked.
func (r *Runner) kind(ctx context.Context, t engine.Task, err error) error {
	var call *telegram.Error
	var later *engine.Later
	if errors.As(err, &later) || !errors.As(err, &call) {
		return err
	}
	switch {
	case errors.Is(err, telegram.ErrUnauthorized), errors.Is(err, telegram.ErrConflict):
		return &engine.Later{Wait: 10 * time.Second, Err: err} // a token being changed loses nothing
	case errors.Is(err, telegram.ErrRetry):
		return &engine.Later{Wait: call.RetryAfter, Err: err}
	case errors.Is(err, telegram.ErrBlocked):
		if t.Owner.Chat != 0 && own(t) {
			err = errors.Join(err, r.Store.Shut(ctx, t.Owner.Chat, r.Clock.Now()))
		}
		return errors.Join(engine.ErrNever, err)
	case errors.Is(err, telegram.ErrRejected), errors.Is(err, telegram.ErrGone), errors.Is(err, telegram.ErrQueryTooOld):
		return errors.Join(engine.ErrNever, err)
	}
	return err
}

// own says whether an effect speaks in its owner's private chat, so that a refusal is that person's.
func own(t engine.Task) bool {
	switch e := t.Effect.(type) {
	case flows.Show, flows.Unshare, flows.Sample, flows.ShowPhotos, flows.Delete, flows.Examine, flows.Rehearse:
		return true
	case flows.Tell:
		return e.Chat == t.Owner.Chat
	default:
		return false
	}
}

// words puts a phrase into a language, with the operator's name and contact at hand.
func (r *Runner) words(lang string, p flows.Phrase) string {
	p.Args = append(p.Args[:len(p.Args):len(p.Args)],
		flows.Arg{Name: "operator", Text: locales.Own(r.Operator, lang)}, flows.Arg{Name: "contact", Text: locales.Own(r.Contact, lang)})
	return p.Words(lang)
}

// house is the language of groups, and of who has not said a word yet.
func (r *Runner) house() string {
	if r.House == nil {
		return locales.Languages[0]
	}
	return r.House()
}

// tongue is the language of a private chat.
func (r *Runner) tongue(ctx context.Context, chat int64) (string, error) {
	c, err := r.Store.Load(ctx, chat, "language")
	if err != nil || c.Conversation.Language == "" {
		return r.house(), err
	}
	return c.Conversation.Language, nil
}

// keyboard puts buttons into words and signs their data.
func (r *Runner) keyboard(chat int64, lang string, rows [][]flows.Button) [][]telegram.Button {
	out := make([][]telegram.Button, 0, len(rows))
	for _, row := range rows {
		line := make([]telegram.Button, len(row))
		for i, b := range row {
			label := b.Label()
			line[i] = telegram.Button{Text: label.Plain(lang), URL: b.URL}
			if b.URL == "" {
				line[i].Data = tap.Data(r.Vault, chat, b)
			}
		}
		out = append(out, line)
	}
	return out
}

// paragraphs joins what is not empty.
func paragraphs(parts ...string) string {
	var said []string
	for _, p := range parts {
		if p != "" {
			said = append(said, p)
		}
	}
	return strings.Join(said, "\n\n")
}
