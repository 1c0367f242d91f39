package storage

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"guiwei/flows"
)

// Deed is one row of the audit: who did what with which case, when and why. It holds no content: no name, number or text.
type Deed struct {
	At      time.Time
	By      int64  // user id; 0: the bot itself, by a timer
	Do      string // claim, release, approve, refuse, undo, lapse, approved, refused, view, grant, bind, find
	Case    string // "203-17"; "" for what concerns no case
	Version int    // that the case had before
	Why     string // codes of reasons, or what was looked for by; words of ours only
	Of      int64  // user or group whom it concerns, 0 otherwise
}

// AuditRow is a deed as it is kept: the mac covers the text before it, and that holds the mac of the row before.
type AuditRow struct {
	Deed
	Shard string // p0 to p255 for cases, g for roles and groups
	N     int64  // 1 for the first of the shard
	Prev  string // "" for the first
	MAC   string
}

// auditText is what is written of a row.
type auditText struct {
	N       int64  `json:"n"`
	At      int64  `json:"at"` // ms
	By      int64  `json:"by"`
	Do      string `json:"do"`
	Case    string `json:"case,omitempty"`
	Version int    `json:"v,omitempty"`
	Why     string `json:"why,omitempty"`
	Of      int64  `json:"of,omitempty"`
	Prev    string `json:"prev"`
}

// macLength is how long the mac is that ends a row.
const macLength = 32

// link makes the row that continues a chain whose last row is given, "" for none, and the mac that it continues.
func (s *Store) link(tag, last string, d Deed) (prev, row string, err error) {
	w := auditText{At: millis(d.At), By: d.By, Do: d.Do, Case: d.Case, Version: d.Version, Why: d.Why, Of: d.Of}
	if last != "" { // a damaged one is continued too: it is the verifier's to find, and decisions go on
		_, _ = fmt.Sscanf(last, `{"n":%d,`, &w.N)
		w.N, w.Prev = w.N+1, last[max(0, len(last)-macLength):]
	}
	w.N = max(1, w.N)
	text, err := json.Marshal(w)
	if err != nil {
		return "", "", fmt.Errorf("write audit row: %w", err)
	}
	return w.Prev, string(text) + " " + s.vault.Chain(tag, string(text)), nil
}

// readAudit reads a row without looking at its mac. Of one that is damaged only the mac is what its last characters say, so
// that the chain goes on behind it.
func readAudit(tag, row string) (AuditRow, error) {
	cut := len(row) - macLength - 1
	if cut < 0 || row[cut] != ' ' {
		return AuditRow{Shard: tag}, fmt.Errorf("audit row of %s: %w", tag, ErrDamaged)
	}
	var w auditText
	if err := json.Unmarshal([]byte(row[:cut]), &w); err != nil {
		return AuditRow{Shard: tag, MAC: row[cut+1:]}, fmt.Errorf("audit row of %s: %w", tag, ErrDamaged)
	}
	return AuditRow{Shard: tag, N: w.N, Prev: w.Prev, MAC: row[cut+1:],
		Deed: Deed{At: instant(w.At), By: w.By, Do: w.Do, Case: w.Case, Version: w.Version, Why: w.Why, Of: w.Of}}, nil
}

// runAudited calls a script that writes a row of the audit with what it does. Last is the last row of the shard's chain as
// far as it is known; another that came between costs one more round trip.
func (s *Store) runAudited(ctx context.Context, name, tag, last string, d Deed, keys []string, args ...any) ([]string, error) {
	keys = append(keys[:len(keys):len(keys)], s.keys.audit(tag))
	for range guesses {
		prev, row, err := s.link(tag, last, d)
		if err != nil {
			return nil, err
		}
		answer, err := s.run(ctx, name, keys, append(args[:len(args):len(args)], prev, row)...)
		if err != nil || answer[0] != "torn" {
			return answer, err
		}
		last = answer[1]
	}
	return nil, fmt.Errorf("script %s: audit: %w", name, ErrConflict)
}

// NoteDeed notes a deed that changes nothing stored: a look at pictures, a search, a group that was bound. One round trip,
// two where the shard's chain has rows.
func (s *Store) NoteDeed(ctx context.Context, op string, d Deed) error {
	tag, err := groupTag, fit(op)
	if d.Case != "" && err == nil {
		tag, err = caseTag(d.Case)
	}
	if err != nil {
		return fmt.Errorf("note deed: %w", err)
	}
	last, err := s.rdb.LIndex(ctx, s.keys.audit(tag), -1).Result()
	if ignoreNil(err) == nil {
		_, err = s.runAudited(ctx, "audit", tag, last, d, []string{s.keys.operation(tag, "audit", op)}, ttl(seenFor))
	}
	if err != nil {
		return fmt.Errorf("note deed: %w", err)
	}
	return nil
}

// deed is a reviewer's move of a case, as the audit tells it.
func (m CaseMove) deed(c flows.Case) Deed {
	return Deed{At: m.Now, By: m.By.User, Do: string(m.Event), Case: m.No, Version: c.Version, Why: strings.Join(m.Reasons, ",")}
}

// auditTags are the shards that have a chain.
func auditTags() []string {
	all := []string{groupTag}
	for i := range personShards {
		all = append(all, "p"+strconv.Itoa(i))
	}
	return all
}
