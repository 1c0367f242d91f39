package storage

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"guiwei/flows"
)

// Submission is a pair of photos for a case.
type Submission struct {
	Account     flows.AccountRef
	Front, Back flows.Photo
	Deadline    time.Time // three working days
	Now         time.Time
	Risk        []string // what takes a second look: flags
}

// pair is what is sealed of a submission.
type pair struct {
	Front flows.Photo `json:"front"`
	Back  flows.Photo `json:"back"`
}

func pairAbout(no string) string { return "photos|" + no }

// guesses bounds how often Submit tries another case number. Each try fails only if another case of the shard was opened.
const guesses = 64

// Submit counts a submission and opens its case: all or nothing, at most flows.PerDay a day of Asia/Shanghai and
// flows.InAll in all per person, one case under review per person (Open names it, also another claimant's). It pushes Card
// and Opened into the person's outbox. Other outcomes: Refused, the account needs no case; Ended, it is frozen or deregistered. ErrNone
// Gone names the sides whose pictures are nobody's draft any more: swept, or never registered by KeepBlob. ErrNone
// without the account. Two round trips, three when another case of the shard came between.
func (s *Store) Submit(ctx context.Context, op string, sub Submission) (flows.Submitted, error) {
	p := sub.Account.Person
	tag, err := personTag(p)
	if err == nil {
		err = fit(op)
	}
	if err != nil {
		return flows.Submitted{}, fmt.Errorf("submit: %w", err)
	}
	count, err := s.rdb.HGet(ctx, s.keys.numbers(tag), "count").Result()
	if ignoreNil(err) != nil {
		return flows.Submitted{}, fmt.Errorf("submit: %w", err)
	}
	guess := number(count) + 1
	for range guesses {
		answer, err := s.submit(ctx, op, tag, guess, sub)
		if err != nil {
			return flows.Submitted{}, fmt.Errorf("submit: %w", err)
		}
		if answer[0] != "again" {
			return submitted(answer)
		}
		guess = number(answer[1])
	}
	return flows.Submitted{}, fmt.Errorf("submit: %w", ErrConflict)
}

func (s *Store) submit(ctx context.Context, op, tag string, guess int64, sub Submission) ([]string, error) {
	p, no := sub.Account.Person, tag[1:]+"-"+strconv.FormatInt(guess, 10)
	owner, entry := personOwner(p), op+".submitted"
	photos, err := s.seal(pair{sub.Front, sub.Back}, pairAbout(no))
	if err != nil {
		return nil, err
	}
	card, err := s.sealEffects(owner, entry, []flows.Effect{flows.Card{No: no}, flows.Opened{No: no}})
	if err != nil {
		return nil, err
	}
	keys := []string{s.keys.operation(tag, "submit", op), s.keys.person(tag, p), s.keys.accounts(tag, p), s.keys.cases(tag, p),
		s.keys.quota(tag, p), s.keys.numbers(tag), s.keys.out(tag, owner), s.keys.due(tag), s.keys.open(tag),
		s.keys.blobs(tag), s.keys.looks(tag)}
	return s.run(ctx, "submit", keys, sub.Account.ID, guess, no, flows.Day(sub.Now), flows.PerDay, flows.InAll,
		millis(sub.Now), owner, entry, card, ttl(seenFor), string(p), sub.Front.Blob, sub.Back.Blob,
		"blobs", sub.Front.Blob+" "+sub.Back.Blob, "photos", photos, "deadline", millis(sub.Deadline),
		"risk", strings.Join(risks(sub), ","))
}

// risks are what makes an approval take two reviewers: what was found when it was submitted, and pictures that the machine
// refused and the student sent all the same.
func risks(sub Submission) []string {
	found := sub.Risk
	for _, p := range []flows.Photo{sub.Front, sub.Back} {
		if slices.Contains(p.Flags, "anyway") && !slices.Contains(found, "anyway") {
			found = append(found[:len(found):len(found)], "anyway")
		}
	}
	return found
}

func submitted(answer []string) (flows.Submitted, error) {
	if answer[0] == "none" {
		return flows.Submitted{}, fmt.Errorf("submit: account %w", ErrNone)
	}
	out := flows.Submitted{Outcome: flows.Outcome(answer[0])}
	if out.Outcome == flows.Gone {
		out.Gone = []string{answer[1]}
		if answer[1] == "both" {
			out.Gone = []string{"front", "back"}
		}
	}
	if len(answer) == 5 {
		out.No, out.Deadline = answer[1], instant(number(answer[2]))
		out.Quota = flows.Quota{Today: int(number(answer[3])), Total: int(number(answer[4]))}
	}
	return out, nil
}
