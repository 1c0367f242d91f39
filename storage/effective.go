package storage

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"guiwei/flows"
)

// TakeEffect ends the undo window of a verdict of that version, all or nothing. Where it takes two reviewers and this one is
// the first, the case is queued again for another, and Second is pushed. Approved: the account is active and proofed,
// every other account of the person frozen until flows.RestoreDays have passed, every login of the person ended, the submissions
// of accounts that were never approved given back. Refused as not_same: the submissions of the account are given back. Refused
// after an approval was objected to: the old account is what it was, the claim's frozen. The end pushes Card, Announce and
// ClearPhotos. False: that version is no verdict (any more), or another must look. Five round trips, six for a case of the
// blind sample.
func (s *Store) TakeEffect(ctx context.Context, op, no string, version int, now time.Time) (flows.CaseView, bool, error) {
	if err := fit(op); err != nil {
		return flows.CaseView{}, false, fmt.Errorf("take effect: %w", err)
	}
	sample, err := s.sampled(ctx, no)
	if err != nil {
		return flows.CaseView{}, false, fmt.Errorf("take effect: %w", err)
	}
	said := "changed"
	for range guesses {
		if said, err = s.takeEffect(ctx, ending{op: op, no: no, version: version, now: now, sample: sample}); err != nil || said != "changed" {
			break
		}
	}
	if err == nil && said == "changed" {
		err = ErrConflict
	}
	if err != nil {
		return flows.CaseView{}, false, fmt.Errorf("take effect: %w", err)
	}
	v, err := s.Case(ctx, no)
	if err != nil {
		return v, false, fmt.Errorf("take effect: %w", err)
	}
	return v, said == "ok", nil
}

func (s *Store) takeEffect(ctx context.Context, e ending) (string, error) {
	f, err := s.find(ctx, e.no, "")
	if err != nil {
		return "", err
	}
	e.owner, e.end = personOwner(f.person), f.ends(e.sample)
	args, err := s.endingArgs(e)
	if err != nil {
		return "", err
	}
	p, k := f.person, s.keys
	keys := []string{k.operation(f.tag, "effect", e.op), k.person(f.tag, p), k.accounts(f.tag, p), k.cases(f.tag, p),
		k.quota(f.tag, p), k.out(f.tag, e.owner), k.due(f.tag), k.timers(f.tag), k.open(f.tag), k.blobs(f.tag), k.looks(f.tag),
		k.figures(f.tag)}
	answer, err := s.runAudited(ctx, "take_effect", f.tag, f.last, f.deed(e), keys, args...)
	if err != nil {
		return "", err
	}
	return answer[0], nil
}

// ends says whether a verdict whose undo window is over needs no other reviewer. The script has the last word.
func (f found) ends(sample bool) bool {
	word, needs := "approve", f.view.Needs
	if f.view.State == flows.CaseRefusing {
		word, needs = "refuse", 1
	}
	if sample || !f.view.Objected.IsZero() {
		needs = 2
	}
	same := 1
	for _, vote := range strings.Fields(f.cases[f.view.No+" votes"]) {
		if strings.Contains(vote, ":"+word+":") {
			same++
		}
	}
	return same >= needs
}

// deed is the end of a verdict's undo window, as the audit tells it: looked, where another reviewer must look too.
func (f found) deed(e ending) Deed {
	d := Deed{At: e.now, Do: "refused", Case: e.no, Version: e.version, Why: strings.Join(f.view.Reasons, ","), Of: f.view.Reviewer.User}
	switch {
	case !e.end:
		d.Do = "looked"
	case f.view.State == flows.CaseApproving:
		d.Do = "approved"
	}
	return d
}

// ending is a verdict whose undo window is over.
type ending struct {
	op, no  string
	version int
	now     time.Time
	owner   string
	sample  bool
	end     bool // no other reviewer is needed
}

func (s *Store) endingArgs(e ending) ([]any, error) {
	entry, settle, gone := e.op+".effect", e.op+".settle", e.op+".gone"
	var sealed [4][]byte
	for i, w := range []struct {
		id      string
		effects []flows.Effect
	}{
		{entry, []flows.Effect{flows.ClearPhotos{No: e.no}, flows.Announce{No: e.no}, flows.Card{No: e.no}}},
		{entry, []flows.Effect{flows.ClearPhotos{No: e.no}, flows.Card{No: e.no}, flows.Second{No: e.no}}},
		{settle, []flows.Effect{flows.Settle{No: e.no}}},
		{gone, []flows.Effect{flows.Deregister{No: e.no}}},
	} {
		var err error
		if sealed[i], err = s.sealEffects(e.owner, w.id, w.effects); err != nil {
			return nil, err
		}
	}
	at := func(term time.Duration) int64 { return millis(e.now.Add(term)) }
	return []any{e.no, e.version, e.owner, millis(e.now), entry, sealed[0], ttl(seenFor), at(approvedTerm), at(refusedTerm),
		at(hashesTerm), sealed[1], at(flows.ObjectionTerm), at(flows.RestoreTerm), settle, sealed[2], gone, sealed[3],
		boolean(e.sample), ttl(flows.RecentUse), boolean(e.end)}, nil
}

// sampled says whether a case is in the blind sample, where there are two to look at it: the same cases for the same keys.
func (s *Store) sampled(ctx context.Context, no string) (bool, error) {
	if s.sample == 0 {
		return false, nil
	}
	n, err := strconv.ParseUint(s.vault.Digest(0, "blind sample", no)[:8], 16, 32)
	if err != nil || int(n%100) >= s.sample {
		return false, err
	}
	reviewers, err := s.rdb.HLen(ctx, s.keys.reviewers()).Result()
	return reviewers > 1, err
}

// BlindLooks counts the cases of the blind sample that two reviewers decided alike, and otherwise. One round trip over all
// shards.
func (s *Store) BlindLooks(ctx context.Context) (same, apart int, err error) {
	pipe := s.rdb.Pipeline()
	for i := range personShards {
		pipe.HMGet(ctx, s.keys.figures("p"+strconv.Itoa(i)), "blind.same", "blind.apart")
	}
	answers, err := pipe.Exec(ctx)
	if err != nil {
		return 0, 0, fmt.Errorf("count second looks: %w", err)
	}
	for _, a := range answers {
		if pair := sliceOf(a); len(pair) == 2 {
			same += int(number(pair[0]))
			apart += int(number(pair[1]))
		}
	}
	return same, apart, nil
}
