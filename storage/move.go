package storage

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"guiwei/flows"
)

// CaseMove is what a reviewer wants of a case.
type CaseMove struct {
	No      string
	Version int // that the reviewer saw; 0: whichever
	Event   flows.Event
	By      flows.Reviewer
	Reasons []string      // of a refusal
	Undo    time.Duration // window of a verdict
	Now     time.Time

	Notes    flows.Notes
	Evidence string // of the view that the reviewer decides by; "": whichever
}

// MoveCase claims, releases, decides or undoes a case. OK comes with the case as it stands after, and Until of a verdict.
// Taken: another reviewer has it or decided it, By says who. Refused: it is not the reviewer's to release, decide or undo,
// or the claim is the reviewer's own. Stale: the case changed since it was seen, View is fresh. Only OK wrote anything: the
// case, its timers (Lapse after flows.Lease, TakeEffect after Undo) and Card, with ClearPhotos once the reviewer needs them
// no more. ErrNone without the case. Three round trips.
func (s *Store) MoveCase(ctx context.Context, op string, m CaseMove) (flows.CaseMoved, error) {
	if err := fit(op); err != nil {
		return flows.CaseMoved{}, fmt.Errorf("move case: %w", err)
	}
	for range guesses {
		moved, err := s.moveCase(ctx, op, m)
		if errors.Is(err, ErrConflict) {
			continue // changed between reading and writing: judge again
		}
		if err != nil {
			return moved, fmt.Errorf("move case: %w", err)
		}
		return moved, nil
	}
	return flows.CaseMoved{}, fmt.Errorf("move case: %w", ErrConflict)
}

func (s *Store) moveCase(ctx context.Context, op string, m CaseMove) (flows.CaseMoved, error) {
	f, err := s.find(ctx, m.No, op)
	if err != nil {
		return flows.CaseMoved{}, err
	}
	moved := flows.CaseMoved{Outcome: flows.OK, Event: m.Event, View: f.view}
	if f.answer != "" {
		moved.Until = until(f.answer)
		return moved, nil
	}
	next, outcome := judge(f, m) //nolint:contextcheck // the table of moves is pure
	if outcome != flows.OK {
		moved.Outcome = outcome
		if outcome == flows.Taken {
			moved.By = f.view.Reviewer.Name
		}
		return moved, nil
	}
	if moved.Until, err = s.commitMove(ctx, op, f, m, next); err != nil {
		return moved, err
	}
	moved.View, err = s.view(f.shelf, m.No)
	return moved, err
}

// until reads the end of the undo window from a stored answer.
func until(stored string) time.Time {
	var answer []string
	if json.Unmarshal([]byte(stored), &answer) != nil || len(answer) < 3 {
		return time.Time{}
	}
	return instant(number(answer[2]))
}

// judge says whether a reviewer may move a case, and where to.
func judge(f found, m CaseMove) (flows.CaseState, flows.Outcome) {
	c := f.view.Case
	next, ok := c.State.Next(m.Event)
	held := c.Reviewer.User != 0
	switch {
	case m.Event == flows.CaseEffect:
		return "", flows.Refused // the undo window's end, not a reviewer's
	case m.Event == flows.CaseClaim && slices.Contains(f.mine, m.By.User):
		return "", flows.Refused
	case m.Event == flows.CaseClaim && f.decided(m.By.User):
		return "", flows.Before
	case held && c.Reviewer.User != m.By.User && (m.Event == flows.CaseRelease || m.Event == flows.CaseUndo):
		return "", flows.Refused
	case held && c.Reviewer.User != m.By.User:
		return "", flows.Taken
	case !held && m.Event != flows.CaseClaim:
		return "", flows.Refused
	case !ok || m.Version != 0 && m.Version != c.Version:
		return "", flows.Stale
	case verdict(m.Event) && m.Evidence != "" && m.Evidence != f.view.Evidence:
		return "", flows.Stale
	}
	return next, flows.OK
}

func verdict(e flows.Event) bool { return e == flows.CaseApprove || e == flows.CaseRefuse }

// decided says whether a reviewer has decided a case on what is known now, or before it was reopened.
func (f found) decided(user int64) bool {
	who := strconv.FormatInt(user, 10)
	return slices.Contains(strings.Fields(f.cases[f.view.No+" barred"]), who) || slices.ContainsFunc(votes(f.shelf, f.view), func(vote string) bool {
		return strings.HasPrefix(vote, who+":")
	})
}

// votes are those given on what is known now: evidence that changed since is to be looked at anew.
func votes(sh shelf, v flows.CaseView) []string {
	return slices.DeleteFunc(strings.Fields(sh.cases[v.No+" votes"]), func(vote string) bool {
		return !strings.HasSuffix(vote, ":"+v.Evidence)
	})
}

// commitMove writes a move that was judged good; ErrConflict when the case changed since.
func (s *Store) commitMove(ctx context.Context, op string, f found, m CaseMove, next flows.CaseState) (time.Time, error) {
	w := move{op: op, no: m.No, version: f.view.Version, next: next, now: m.Now, photos: true, deed: m.deed(f.view.Case)}
	switch m.Event {
	case flows.CaseClaim:
		name, err := s.seal(m.By.Name, reviewerAbout(m.By.User))
		if err != nil {
			return time.Time{}, err
		}
		w.set("user", m.By.User, "name", name, "claimed", millis(m.Now))
		w.lease(m.Now)
		w.photos = false
	case flows.CaseRelease:
		w.release()
	case flows.CaseApprove, flows.CaseRefuse:
		notes, err := s.seal(m.Notes, notesAbout(m.No))
		if err != nil {
			return time.Time{}, err
		}
		w.set("notes", notes)
		w.set("decided", millis(m.Now), "reasons", strings.Join(m.Reasons, ","), "evidence", f.view.Evidence,
			"votes", strings.Join(votes(f.shelf, f.view), " "))
		w.calm, w.timer, w.at = "lapse", flows.TakeEffect{No: m.No, Version: w.version + 1}, m.Now.Add(m.Undo)
		w.until = w.at
	case flows.CaseUndo:
		w.set("decided", 0, "reasons", "")
		w.calm, w.photos = "effect", false
		w.lease(m.Now)
	case flows.CaseEffect: // judge refuses it
	}
	return w.until, s.write(ctx, f, w)
}

// move is what is written of a case's move.
type move struct {
	op, no  string
	version int // moved from
	next    flows.CaseState
	now     time.Time
	until   time.Time // kept in the answer
	calm    string    // timer that ends: lapse, effect
	timer   flows.Effect
	at      time.Time
	photos  bool // the reviewer's copies go
	fields  []any
	deed    Deed
}

func (w *move) set(fields ...any) { w.fields = append(w.fields, fields...) }

// lease begins a reviewer's lease, known by the version that it begins with: the case may change while it runs.
func (w *move) lease(now time.Time) {
	w.set("leased", w.version+1)
	w.timer, w.at = flows.Lapse{No: w.no, Version: w.version + 1}, now.Add(flows.Lease)
}

func (w *move) release() {
	w.set("user", 0, "name", "", "claimed", 0)
	w.calm = "lapse"
}

func (s *Store) write(ctx context.Context, f found, w move) error {
	sh := f.shelf
	owner := personOwner(sh.person)
	var effects []flows.Effect
	if w.photos {
		effects = append(effects, flows.ClearPhotos{No: w.no})
	}
	effects = append(effects, flows.Card{No: w.no})
	entry := w.op + ".moved"
	pushed, err := s.sealEffects(owner, entry, effects)
	if err != nil {
		return err
	}
	name, id, timer, err := s.sealTimer(owner, w)
	if err != nil {
		return err
	}
	keys := []string{s.keys.operation(sh.tag, "move", w.op), s.keys.cases(sh.tag, sh.person), s.keys.out(sh.tag, owner),
		s.keys.due(sh.tag), s.keys.timers(sh.tag), s.keys.open(sh.tag)}
	args := []any{w.no, w.version, string(w.next), owner, millis(w.now), entry, pushed, ttl(seenFor), millis(w.until),
		boolean(w.calm == "lapse"), boolean(w.calm == "effect"), name, millis(w.at), id, timer}
	answer, err := s.runAudited(ctx, "move_case", sh.tag, f.last, w.deed, keys, append(args, w.fields...)...)
	if err != nil {
		return err
	}
	if answer[0] == "stale" {
		return ErrConflict
	}
	w.apply(sh.cases, answer[1])
	return nil
}

// apply makes the fields of a case what was written.
func (w move) apply(cases map[string]string, version string) {
	cases[w.no+" version"], cases[w.no+" state"] = version, string(w.next)
	for i := 0; i < len(w.fields); i += 2 {
		text := fmt.Sprint(w.fields[i+1])
		if sealed, ok := w.fields[i+1].([]byte); ok {
			text = string(sealed)
		}
		cases[fmt.Sprintf("%s %s", w.no, w.fields[i])] = text
	}
}

func (s *Store) sealTimer(owner string, w move) (name, id string, sealed []byte, err error) {
	if w.timer == nil {
		return "", "", nil, nil
	}
	name = "lapse." + w.no
	if _, ok := w.timer.(flows.TakeEffect); ok {
		name = "effect." + w.no
	}
	id = w.op + ".timer"
	sealed, err = s.sealEffects(owner, id, []flows.Effect{w.timer})
	return name, id, sealed, err
}

// Lapse queues a case again whose reviewer came to no verdict in the lease that began with that version, even where an old
// owner objected meanwhile; otherwise nothing happens. Three round trips, three more for each change that came between.
func (s *Store) Lapse(ctx context.Context, op, no string, version int, now time.Time) error {
	if err := fit(op); err != nil {
		return fmt.Errorf("lapse case: %w", err)
	}
	for range guesses {
		err := s.lapse(ctx, op, no, version, now)
		if errors.Is(err, ErrConflict) {
			continue // changed between reading and writing: judge again
		}
		if err != nil {
			return fmt.Errorf("lapse case: %w", err)
		}
		return nil
	}
	return fmt.Errorf("lapse case: %w", ErrConflict)
}

func (s *Store) lapse(ctx context.Context, op, no string, version int, now time.Time) error {
	f, err := s.find(ctx, no, op)
	if err != nil {
		return err
	}
	if f.answer != "" || f.view.State != flows.CaseClaimed || f.leased() != version {
		return nil
	}
	w := move{op: op, no: no, version: f.view.Version, next: flows.CaseQueued, now: now, photos: true,
		deed: Deed{At: now, Do: "lapse", Case: no, Version: f.view.Version, Of: f.view.Reviewer.User}}
	w.release()
	return s.write(ctx, f, w)
}

// leased is the version that the running lease began with. A case that was claimed before this was kept has none.
func (f found) leased() int {
	if began := f.cases[f.view.No+" leased"]; began != "" {
		return int(number(began))
	}
	return f.view.Version
}
