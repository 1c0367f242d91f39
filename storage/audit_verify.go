package storage

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/redis/go-redis/v9"
)

// AuditHead is where a shard's chain stood at a checkpoint.
type AuditHead struct {
	N     int64  `json:"n"` // of the last row
	MAC   string `json:"mac"`
	Since int64  `json:"since,omitempty"` // of the last row that was dropped for its age
	Cut   string `json:"cut,omitempty"`   // and its mac
}

// AuditHeads are the heads of all chains at a time. They are kept sealed in Redis, and may be kept elsewhere too: a chain
// that was cut short since differs from them.
type AuditHeads struct {
	At     time.Time            `json:"at"`
	Shards map[string]AuditHead `json:"shards"`
}

// AuditFault is a place where the audit is not what was written. Row is 0 where a whole chain is meant.
type AuditFault struct {
	Shard string
	Row   int64 // counted from 1 as it stands in the chain, older rows that were dropped included
	What  string
}

func (f AuditFault) String() string {
	if f.Row == 0 {
		return fmt.Sprintf("shard %s: %s", f.Shard, f.What)
	}
	return fmt.Sprintf("shard %s, row %d: %s", f.Shard, f.Row, f.What)
}

// auditPage is how many rows are read at once.
const auditPage = 1000

// ReadAudit calls each with every row, shard by shard, the oldest first, and says where the chains are broken: a row that
// was changed, that does not continue the one before, or that a checkpoint saw and is gone. Damaged rows are given with what
// could be read of them. Checks is Redis's own checkpoint with any kept elsewhere. One round trip per shard and 1,000 rows.
func (s *Store) ReadAudit(ctx context.Context, checks []AuditHeads, each func(AuditRow) error) ([]AuditFault, error) {
	var faults []AuditFault
	for _, tag := range auditTags() {
		c := chain{store: s, tag: tag, seen: map[int64]string{}}
		for _, h := range checks {
			if head, ok := h.Shards[tag]; ok {
				c.heads = append(c.heads, head)
			}
		}
		if err := c.read(ctx, each); err != nil {
			return faults, fmt.Errorf("read audit: %w", err)
		}
		faults = append(faults, c.faults...)
	}
	return faults, nil
}

// chain is a shard's chain while it is read.
type chain struct {
	store  *Store
	tag    string
	heads  []AuditHead
	seen   map[int64]string // macs of the rows that a checkpoint names
	n      int64            // of the row before
	mac    string
	begun  bool
	faults []AuditFault
}

func (c *chain) read(ctx context.Context, each func(AuditRow) error) error {
	for from := int64(0); ; from += auditPage {
		rows, err := c.store.rdb.LRange(ctx, c.store.keys.audit(c.tag), from, from+auditPage-1).Result()
		if err != nil {
			return err
		}
		for _, text := range rows {
			row := c.take(text)
			if err := each(row); err != nil {
				return err
			}
		}
		if len(rows) < auditPage {
			c.end()
			return nil
		}
	}
}

// take looks at the next row.
func (c *chain) take(text string) AuditRow {
	row, err := readAudit(c.tag, text)
	if !c.begun {
		c.begin(row)
	}
	c.n++
	switch {
	case err != nil || !c.store.vault.CheckChain(c.tag, text[:len(text)-macLength-1], row.MAC):
		c.fault(c.n, "was changed")
	case row.N != c.n:
		c.fault(c.n, "rows before it are gone")
		c.n = row.N
	case row.Prev != c.mac:
		c.fault(c.n, "does not continue the row before")
	}
	c.mac = row.MAC
	for _, h := range c.heads {
		if h.N == c.n {
			c.seen[c.n] = row.MAC
		}
	}
	return row
}

// begin takes up a chain whose oldest rows may have been dropped for their age, as the checkpoint says.
func (c *chain) begin(row AuditRow) {
	c.begun = true
	for _, h := range c.heads {
		if row.N > 1 && row.N <= h.Since+1 {
			c.n, c.mac = row.N-1, row.Prev
			if row.N == h.Since+1 {
				c.mac = h.Cut
			}
			return
		}
	}
}

// end looks whether what the checkpoints saw is still there.
func (c *chain) end() {
	for _, h := range c.heads {
		switch mac, found := c.seen[h.N]; {
		case h.N == 0 || h.N <= h.Since || found && mac == h.MAC:
		case c.n < h.N:
			c.fault(0, "cut short: "+strconv.FormatInt(h.N-c.n, 10)+" rows of the checkpoint are gone")
		case found:
			c.fault(h.N, "is not the row that the checkpoint saw")
		}
	}
}

func (c *chain) fault(row int64, what string) {
	c.faults = append(c.faults, AuditFault{c.tag, row, what})
}

const headsAbout = "audit|heads"

// AuditCheckpoint is what CheckAudit wrote last. One round trip.
func (s *Store) AuditCheckpoint(ctx context.Context) (AuditHeads, error) {
	h := AuditHeads{Shards: map[string]AuditHead{}}
	sealed, err := s.rdb.Get(ctx, s.keys.heads()).Result()
	if ignoreNil(err) != nil {
		return h, fmt.Errorf("read audit checkpoint: %w", err)
	}
	if sealed == "" {
		return h, nil
	}
	if err := s.unseal(sealed, headsAbout, &h); err != nil {
		return h, fmt.Errorf("read audit checkpoint: %w", err)
	}
	return h, nil
}

// CheckAudit notes where all chains stand, and drops rows that were written before keep. A chain that does not hold what the
// last checkpoint saw is a fault, and the old checkpoint stays as its proof. Three round trips, two more for each shard with
// rows to drop.
func (s *Store) CheckAudit(ctx context.Context, now, keep time.Time) ([]AuditFault, error) {
	before, err := s.AuditCheckpoint(ctx)
	if err != nil {
		return nil, err
	}
	after, faults, err := s.heads(ctx, before)
	if err != nil || len(faults) > 0 {
		return faults, err
	}
	after.At = now
	drops, err := s.ageing(ctx, after, keep)
	if err != nil {
		return nil, err
	}
	sealed, err := s.seal(after, headsAbout)
	if err == nil {
		err = s.rdb.Set(ctx, s.keys.heads(), sealed, 0).Err()
	}
	for _, d := range drops {
		if err == nil {
			_, err = s.run(ctx, "audit_trim", []string{s.keys.audit(d.tag)}, d.first, d.rows)
		}
	}
	if err != nil {
		return nil, fmt.Errorf("check audit: %w", err)
	}
	return nil, nil
}

// heads reads where the chains stand, and looks for the rows that the checkpoint saw last.
func (s *Store) heads(ctx context.Context, before AuditHeads) (AuditHeads, []AuditFault, error) {
	after := AuditHeads{Shards: map[string]AuditHead{}}
	last, err := s.auditEnds(ctx, func(string) int64 { return -1 })
	if err != nil {
		return after, nil, err
	}
	var faults []AuditFault
	for _, tag := range auditTags() {
		old, head := before.Shards[tag], AuditHead{}
		if last[tag] != "" {
			row, err := readAudit(tag, last[tag])
			if err != nil {
				faults = append(faults, AuditFault{Shard: tag, What: "its last row was changed"})
				continue
			}
			head = AuditHead{N: row.N, MAC: row.MAC, Since: old.Since, Cut: old.Cut}
		}
		if head.N < old.N {
			faults = append(faults, AuditFault{Shard: tag, What: "cut short"})
			continue
		}
		if head.N > 0 {
			after.Shards[tag] = head
		}
	}
	seen, err := s.auditEnds(ctx, func(tag string) int64 { return before.Shards[tag].N - after.Shards[tag].N - 1 })
	if err != nil {
		return after, nil, err
	}
	for tag, old := range before.Shards {
		row, err := readAudit(tag, seen[tag])
		if after.Shards[tag].N > 0 && (err != nil || row.MAC != old.MAC) {
			faults = append(faults, AuditFault{tag, old.N, "is not the row that the checkpoint saw"})
		}
	}
	return after, faults, nil
}

// auditEnds reads one row of every chain, by its place. One round trip.
func (s *Store) auditEnds(ctx context.Context, at func(tag string) int64) (map[string]string, error) {
	pipe, rows := s.rdb.Pipeline(), map[string]*redis.StringCmd{}
	for _, tag := range auditTags() {
		rows[tag] = pipe.LIndex(ctx, s.keys.audit(tag), at(tag))
	}
	if _, err := pipe.Exec(ctx); ignoreNil(err) != nil {
		return nil, fmt.Errorf("read ends of the audit: %w", err)
	}
	texts := map[string]string{}
	for tag, row := range rows {
		texts[tag] = row.Val()
	}
	return texts, nil
}

type drop struct {
	tag, first string
	rows       int64
}

// ageing finds the rows that are too old, and notes in the heads that they go. The last row of a chain always stays.
func (s *Store) ageing(ctx context.Context, heads AuditHeads, keep time.Time) ([]drop, error) {
	first, err := s.auditEnds(ctx, func(string) int64 { return 0 })
	if err != nil {
		return nil, err
	}
	var drops []drop
	for tag, text := range first {
		row, err := readAudit(tag, text)
		if err != nil || !row.At.Before(keep) || row.N >= heads.Shards[tag].N {
			continue
		}
		texts, err := s.rdb.LRange(ctx, s.keys.audit(tag), 0, auditPage-1).Result()
		if err != nil {
			return nil, err
		}
		h, d := heads.Shards[tag], drop{tag: tag, first: text}
		for _, t := range texts {
			old, err := readAudit(tag, t)
			if err != nil || !old.At.Before(keep) || old.N >= h.N {
				break
			}
			h.Since, h.Cut, d.rows = old.N, old.MAC, d.rows+1
		}
		heads.Shards[tag], drops = h, append(drops, d)
	}
	return drops, nil
}
