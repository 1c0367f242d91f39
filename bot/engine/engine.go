// Package engine takes an input through: load, decide, commit; then the effects, in order, one conversation at a time.
//
// Handle is what callers want: it returns when the input is committed, so that the caller may acknowledge it, and
// leaves the effects to the conversation's own lane. What a crash leaves undone, the sweeper does.
package engine

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"guiwei/bot/crash"
	"guiwei/flows"
	"guiwei/storage"
)

// Conversations is what the engine stores before it acknowledges: one round trip each.
type Conversations interface {
	Load(ctx context.Context, chat int64, input string) (storage.Loaded, error)
	Commit(ctx context.Context, c storage.Commit) (storage.Committed, error)
	CountTry(ctx context.Context, chat int64, input string) (int, error)
	ParkInput(ctx context.Context, a storage.Aside) (storage.Committed, error)
	LetWait(ctx context.Context, a storage.Aside) error
}

// Outbox is where effects wait until they are done.
type Outbox interface {
	Pending(ctx context.Context, o storage.Owner) ([]storage.Entry, error)
	Advance(ctx context.Context, o storage.Owner, id string, done, live int) error
	Done(ctx context.Context, o storage.Owner, id string, live int) (left bool, err error)
	Rewrite(ctx context.Context, o storage.Owner, id string, effects []flows.Effect) error
	Postpone(ctx context.Context, o storage.Owner, until time.Time, failed bool) error
	Park(ctx context.Context, o storage.Owner, id string) error
}

// Due is what waits for its time: outboxes left by a crash, and timers.
type Due interface {
	Due(ctx context.Context, now time.Time, lease time.Duration, limit int, skip func(storage.Owner) bool) ([]storage.Owner, error)
}

// Doer does one effect. Its error is one of three kinds, by errors.Is: ErrLater, ErrNever, or anything else, which
// counts as ErrLater.
type Doer interface {
	Do(ctx context.Context, t Task) (Outcome, error)
}

// Kinds of failure of an effect.
var (
	ErrLater = errors.New("effect to be tried later")
	ErrNever = errors.New("effect that cannot be done")
)

// Later wraps an error with the time before which trying again is useless.
type Later struct {
	Wait time.Duration
	Err  error
}

func (l *Later) Error() string        { return l.Err.Error() }
func (l *Later) Unwrap() error        { return l.Err }
func (l *Later) Is(target error) bool { return target == ErrLater }

// Task is one effect to be done, with the operation id that makes doing it twice harmless.
type Task struct {
	Owner  storage.Owner
	Op     string
	Effect flows.Effect
	Live   int       // the conversation's live message, 0 for none
	At     time.Time // when it was committed
}

// Outcome is what came of an effect: an answer for the conversation, and its live message if that changed.
type Outcome struct {
	Answer flows.Answer
	Inputs []flows.Input // for other conversations, each with chat and operation id
	Live   int
	Then   func(context.Context) // a courtesy that nobody waits for: left undone when there is no room for it
}

// Clock is the one clock.
type Clock interface {
	Now() time.Time
	Sleep(ctx context.Context, d time.Duration) error
}

// Watch is told what became of inputs and effects, for the operator's figures. It may not keep the engine waiting.
type Watch interface {
	Decided(was flows.Conversation, in flows.Input, d flows.Decision, took time.Duration) // and committed
	Parked(what string)                                                                   // input, entry
}

// Engine runs a Book over a store.
type Engine struct {
	Book          flows.Book
	Conversations Conversations
	Outbox        Outbox
	Due           Due
	Effects       Doer
	Clock         Clock
	Digest        func(chat int64, text string) string // keyed digest of the six digits in a text, "" without
	Crash         *crash.Plan
	Watch         Watch // nil: nobody
	Log           *slog.Logger

	mu      sync.Mutex
	lanes   map[storage.Owner]*lane
	running sync.WaitGroup
	stopped,
	sweeping bool
	ending context.Context // of effects: they outlive the update that asked for them
	cut    context.CancelFunc
	polite int                             // courtesies under way
	tails  map[storage.Owner]chan struct{} // of what goes ahead, an owner's one after the other
	order  order
	left   map[storage.Owner]time.Time // outboxes left to newer replicas, and until when
}

// lease is how long another replica leaves an outbox to the one that committed it; what takes longer renews it. What a
// crash leaves, a secret in the chat too, waits this long and a sweep.
const lease = 3 * time.Second

// maxTries is how often an input is judged, and an effect done, before it is set aside so that nobody else waits.
const maxTries = 5

// maxConflicts is how often a decision is made again because another replica was first.
const maxConflicts = 100

// Carry takes an effect along in the acknowledgement of the update that led to it; false leaves it to the lane. What it
// takes may be lost with the acknowledgement: then the update comes again, and Carry is asked again.
type Carry func(flows.Effect) bool

// Handle commits one input. An error means doubt: do not acknowledge, it will come again. Carry may be nil.
func (e *Engine) Handle(ctx context.Context, in flows.Input, carry Carry) error {
	e.Crash.At(crash.Received)
	in.At = e.Clock.Now()
	if in.Text != "" {
		in.Digest = e.Digest(in.Chat, in.Text)
	}
	if _, err := rand.Read(in.Random[:]); err != nil {
		return fmt.Errorf("draw randomness: %w", err)
	}
	err := e.apply(ctx, in, carry, inLine)
	var fault *unfit
	if errors.As(err, &fault) {
		return e.failed(ctx, in, fault, carry)
	}
	if err == nil {
		e.Crash.At(crash.Handled)
	}
	return err
}

// turn is when an input is judged: behind what waits in its chat, or now, because it belongs to what is under way.
type turn bool

const (
	inLine turn = true
	atOnce turn = false
)

// apply loads, decides and commits; a version conflict with another replica decides again on what is stored now. Here
// the inputs of a chat go one after the other, and so do their entries into its lane. Who stands in line comes behind what waits.
func (e *Engine) apply(ctx context.Context, in flows.Input, carry Carry, turn turn) error {
	leave, err := e.order.enter(ctx, in.Chat)
	if err != nil {
		return err
	}
	defer leave()
	for try := 0; ; try++ {
		loaded, err := e.Conversations.Load(ctx, in.Chat, in.ID)
		if errors.Is(err, storage.ErrDamaged) && !loaded.Seen {
			return &unfit{fmt.Errorf("load: %w", err), in.Language, private(in)} // nobody knows at which step
		}
		if err != nil && !loaded.Seen {
			return fmt.Errorf("load: %w", err)
		}
		e.Crash.At(crash.Loaded)
		if loaded.Seen {
			again(in, carry)
			return nil
		}
		if loaded.Waits && turn == inLine {
			return e.wait(ctx, in, loaded.Conversation)
		}
		loaded.Conversation.Chat = in.Chat
		in.Above = in.Kind == flows.Tap && in.Group == 0 && in.Message != loaded.Live
		in.Shut = loaded.Shut
		began := time.Now()
		d, err := e.decide(loaded.Conversation, in)
		took := time.Since(began)
		if errors.Is(err, flows.ErrNewer) && turn == inLine {
			e.stay(storage.Owner{Chat: in.Chat}, 2*time.Second)
			return e.wait(ctx, in, loaded.Conversation)
		}
		if err != nil {
			return &unfit{fmt.Errorf("decide: %w", err), loaded.Conversation.Language, e.Book.Erases(loaded.Conversation, in)}
		}
		e.Crash.At(crash.Decided)
		err = e.commit(ctx, in, loaded, d, carry)
		if errors.Is(err, storage.ErrConflict) && try < maxConflicts {
			continue
		}
		if err == nil && e.Watch != nil {
			e.Watch.Decided(loaded.Conversation, in, d, took)
		}
		return err
	}
}

// private says whether an input is a text that the bot alone reads.
func private(in flows.Input) bool {
	return (in.Kind == flows.Text || in.Kind == flows.Edited) && in.Group == 0
}

// again stops the spinner of a tap that came once more: the acknowledgement that carried its answer was lost.
func again(in flows.Input, carry Carry) {
	if carry != nil && in.Kind == flows.Tap && in.Query != "" {
		carry(flows.AnswerTap{Query: in.Query})
	}
}

// picture is the message of a private chat that brought a picture; 0 for none.
func picture(in flows.Input) int {
	if in.Picture == nil || in.Group != 0 {
		return 0
	}
	return in.Message
}

// commit stores a decision and hands its effects to the chat's lane.
func (e *Engine) commit(ctx context.Context, in flows.Input, was storage.Loaded, d flows.Decision, carry Carry) error {
	done, err := e.Conversations.Commit(ctx, storage.Commit{
		Chat: in.Chat, Version: was.Version, Input: in.ID, Conversation: d.Conversation,
		Effects: d.Effects, Timers: d.Timers, Now: in.At, Lease: lease, Picture: picture(in),
	})
	if err != nil {
		return fmt.Errorf("commit: %w", err)
	}
	e.Crash.At(crash.Committed)
	if done.Entry != "" && !done.Again {
		owner := storage.Owner{Chat: in.Chat}
		e.push(storage.Entry{Owner: owner, ID: done.Entry, Effects: d.Effects, At: in.At}, done, carry)
	}
	e.report(ctx, in, d)
	return nil
}

// decide keeps a fault in one flow from taking the process with it.
func (e *Engine) decide(c flows.Conversation, in flows.Input) (d flows.Decision, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = panicked(r)
		}
	}()
	return e.Book.Decide(c, in)
}

func (e *Engine) report(ctx context.Context, in flows.Input, d flows.Decision) {
	e.Log.LogAttrs(ctx, slog.LevelInfo, "decided", slog.String("input", in.ID), slog.String("kind", string(in.Kind)),
		slog.String("flow", d.Flow), slog.String("from", string(d.From)), slog.String("event", string(d.Event)),
		slog.String("to", string(d.To)), slog.Duration("took", e.Clock.Now().Sub(in.At)))
}

func (e *Engine) parked(what string) {
	if e.Watch != nil {
		e.Watch.Parked(what)
	}
}
