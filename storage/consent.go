package storage

import (
	"context"
	"fmt"
	"maps"
	"time"

	"guiwei/flows"
)

// NoteConsents notes what an account's owner agrees to, beside what was noted before, or with Ended what is withdrawn. The
// newest of a kind counts. ErrNone without the account. Two round trips.
func (s *Store) NoteConsents(ctx context.Context, op string, ref flows.AccountRef, given map[string]flows.Consent) error {
	sh, err := s.readShelf(ctx, ref.Person)
	if err != nil {
		return fmt.Errorf("note consents: %w", err)
	}
	a, err := s.account(sh, ref.ID)
	if err != nil {
		return fmt.Errorf("note consents: %w", err)
	}
	all := maps.Clone(a.Agreed)
	if all == nil {
		all = map[string]flows.Consent{}
	}
	maps.Copy(all, given)
	sealed, err := s.seal(all, accountAbout(ref.Person))
	if err != nil {
		return fmt.Errorf("note consents: %w", err)
	}
	return s.noteAccount(ctx, "consent", op, ref, "consents", sealed)
}

// withConsents adds what was agreed to or withdrawn after the account was opened.
func (s *Store) withConsents(a *flows.Account, sealed string) error {
	if sealed == "" {
		return nil
	}
	a.Agreed = nil
	return s.unseal(sealed, accountAbout(a.Ref.Person), &a.Agreed)
}

// StopUsing ends what is done with an account's pictures, all or nothing: its case under review is refused as withdrawn, with
// no notice of a verdict, and pictures of its cases and of its chats' drafts are due to be taken away now. It says which case
// ended. Two round trips.
func (s *Store) StopUsing(ctx context.Context, op string, ref flows.AccountRef, now time.Time) (no string, err error) {
	sh, err := s.readShelf(ctx, ref.Person)
	if err == nil {
		err = fit(op)
	}
	if err != nil {
		return "", fmt.Errorf("stop using: %w", err)
	}
	owner, entry, open := personOwner(ref.Person), op+".stopped", sh.facts["open"]
	if open == "" {
		open = "0-0" // none: nothing is said of it
	}
	pushed, err := s.sealEffects(owner, entry, []flows.Effect{flows.ClearPhotos{No: open}, flows.Card{No: open}})
	if err != nil {
		return "", fmt.Errorf("stop using: %w", err)
	}
	k, p := s.keys, ref.Person
	keys := []string{k.operation(sh.tag, "stop", op), k.person(sh.tag, p), k.accounts(sh.tag, p), k.cases(sh.tag, p), k.out(sh.tag, owner),
		k.due(sh.tag), k.timers(sh.tag), k.open(sh.tag), k.blobs(sh.tag), k.looks(sh.tag)}
	answer, err := s.run(ctx, "stop_using", keys, ref.ID, owner, millis(now), entry, pushed, ttl(seenFor), open)
	if err != nil {
		return "", fmt.Errorf("stop using: %w", err)
	}
	switch answer[0] {
	case "none":
		return "", fmt.Errorf("stop using: %w", ErrNone)
	case "again":
		return "", fmt.Errorf("stop using: %w", ErrConflict)
	}
	return answer[1], nil
}
