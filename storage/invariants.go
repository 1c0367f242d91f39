package storage

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/redis/go-redis/v9"

	"guiwei/flows"
)

// Faults looks through every key of the store and names what must never be, one sentence each, none when all is well: two
// active accounts or two open cases of a person, a quota overrun, a case that nothing will ever move, an outbox that nobody
// will ever look at. It reads raw keys and trusts no other code. What it sees while others write is not one moment: call it
// when nothing moves. A round trip per key.
func (s *Store) Faults(ctx context.Context) ([]string, error) {
	all, err := s.hashes(ctx)
	if err != nil {
		return nil, fmt.Errorf("check invariants: %w", err)
	}
	d := dump{prefix: s.keys.prefix, all: all}
	for key := range all {
		switch tag, kind, about := d.parts(key); kind {
		case "accounts":
			d.checkAccounts(tag, about, all[key])
		case "cases":
			d.checkCases(tag, about, all[key])
		case "quota":
			d.checkQuota(about, all[key])
		case "out":
			d.want(d.due(tag)[about] != "", "outbox of %s: nobody will look at it", about)
		case "phone":
			d.want(len(all[key]) <= perPhone, "a phone serves %d accounts", len(all[key]))
		case "open":
			d.checkOpen(tag, all[key])
		case "due":
			d.checkDue(tag, all[key])
		case "blobs":
			d.checkBlobs(tag, all[key])
		}
	}
	slices.Sort(d.faults)
	return d.faults, nil
}

// dump is every hash by key; a zset stands as a hash of member and score.
type dump struct {
	prefix string
	all    map[string]map[string]string
	faults []string
}

func (d *dump) want(ok bool, fault string, args ...any) {
	if !ok {
		d.faults = append(d.faults, fmt.Sprintf(fault, args...))
	}
}

// parts cuts "prefix{tag}:kind:about".
func (d *dump) parts(key string) (tag, kind, about string) {
	tag, rest, _ := strings.Cut(strings.TrimPrefix(key, d.prefix+"{"), "}:")
	kind, about, _ = strings.Cut(rest, ":")
	return tag, kind, about
}

func (d *dump) at(tag, kind string) map[string]string { return d.all[d.prefix+"{"+tag+"}:"+kind] }
func (d *dump) due(tag string) map[string]string      { return d.at(tag, "due") }

// checkAccounts wants one active account, and none only while an old owner's objection to an approval is open. What is frozen
// will be deregistered, or decided on.
func (d *dump) checkAccounts(tag, person string, fields map[string]string) {
	active, alive := 0, 0
	open := d.at(tag, "person:"+person)["open"]
	reopened := d.at(tag, "cases:"+person)[open+" reopened"] != ""
	for field, value := range fields {
		id, ok := strings.CutSuffix(field, " state")
		if !ok || value == string(flows.AccountDeregistered) {
			continue
		}
		alive++
		if value == string(flows.AccountActive) {
			active++
		}
		if value == string(flows.AccountFrozen) {
			d.checkFrozen(tag, person, fields[id+" froze"], open)
		}
	}
	d.want(active <= 1, "person %s: %d active accounts", person, active)
	d.want(active == 1 || alive == 0 || reopened, "person %s: no active account, and nobody objected", person)
	d.want(active == 0 || !reopened, "person %s: an active account while an objection is open", person)
}

func (d *dump) checkFrozen(tag, person, froze, open string) {
	parts := append(strings.Fields(froze), "", "", "")
	owner := "p" + person
	timer := d.at(tag, "timers")[owner+"|gone."+parts[2]] != ""
	d.want(len(parts) == 7, "person %s: a frozen account that nobody can restore", person)
	d.want(timer || open == parts[2] || len(d.at(tag, "out:"+owner)) > 0, "person %s: a frozen account stays so for ever", person)
}

func (d *dump) checkCases(tag, person string, fields map[string]string) {
	open := d.at(tag, "person:"+person)["open"]
	for field, value := range fields {
		no, ok := strings.CutSuffix(field, " state")
		if !ok {
			continue
		}
		state := flows.CaseState(value)
		d.want(d.at(tag, "numbers")[no] == person, "case %s: its number leads elsewhere", no)
		d.want(state.Open() == (open == no), "case %s: %s, but the person's open case is %q", no, state, open)
		account := fields[no+" account"]
		d.want(account == erased || d.at(tag, "accounts:"+person)[account+" state"] != "", "case %s: no such account", no)
		for _, name := range strings.Fields(fields[no+" blobs"]) {
			d.want(!state.Open() || strings.HasPrefix(d.at(tag, "blobs")[name], string(BlobCase)), "case %s: open, and its picture is not kept", no)
		}
		d.want(!state.Open() || d.at(tag, "open")[no] == value+" "+fields[no+" submitted"], "case %s: not counted as it stands", no)
		d.checkTimer(tag, person, no, state)
	}
}

// checkBlobs wants every picture to be looked at some day, but those of open cases, which must stay.
func (d *dump) checkBlobs(tag string, rows map[string]string) {
	for name, row := range rows {
		parts := append(strings.Fields(row), "", "", "", "")
		open := parts[0] == string(BlobCase) && d.at(tag, "open")[parts[3]] != ""
		d.want(open == (d.at(tag, "looks")[name] == ""), "a picture is %s, case open: %v; looked at: %q", parts[0], open, d.at(tag, "looks")[name])
	}
}

// checkOpen wants every case that is counted as open to be one.
func (d *dump) checkOpen(tag string, counted map[string]string) {
	for no := range counted {
		person := d.at(tag, "numbers")[no]
		state := flows.CaseState(d.at(tag, "cases:"+person)[no+" state"])
		d.want(state != "" && state.Open(), "case %s: counted as open, and is %q", no, state)
	}
}

// checkTimer wants something that will move a case: its timer, or the entry that the timer became.
func (d *dump) checkTimer(tag, person, no string, state flows.CaseState) {
	name := ""
	switch state {
	case flows.CaseClaimed:
		name = "lapse."
	case flows.CaseApproving, flows.CaseRefusing:
		name = "effect."
	case flows.CaseQueued, flows.CaseApproved, flows.CaseRefused:
		return
	}
	owner := "p" + person
	set := d.at(tag, "timers")[owner+"|"+name+no] != ""
	d.want(set || len(d.at(tag, "out:"+owner)) > 0, "case %s: %s, and nothing will end it", no, state)
}

func (d *dump) checkQuota(person string, fields map[string]string) {
	days := map[string]int{}
	for _, value := range fields {
		day, _, _ := strings.Cut(value, " ")
		days[day]++
		d.want(days[day] <= flows.PerDay, "person %s: %d submissions on %s", person, days[day], day)
	}
	d.want(len(fields) <= flows.InAll, "person %s: %d submissions in all", person, len(fields))
}

func (d *dump) checkDue(tag string, members map[string]string) {
	for member := range members {
		if strings.Contains(member, "|") {
			d.want(d.at(tag, "timers")[member] != "", "timer %s: nothing to do", member)
			continue
		}
		d.want(len(d.at(tag, "out:"+member)) > 1, "%s: due with an empty outbox", member)
	}
	for member := range d.at(tag, "timers") {
		d.want(members[member] != "", "timer %s: never due", member)
	}
}

// hashes reads every hash and every due set of the store, on every master.
func (s *Store) hashes(ctx context.Context) (map[string]map[string]string, error) {
	var mu sync.Mutex
	all := map[string]map[string]string{}
	look := func(ctx context.Context, node redis.UniversalClient) error {
		it := node.Scan(ctx, 0, escape(s.keys.prefix)+"{*", 1000).Iterator()
		for it.Next(ctx) {
			fields, err := readRaw(ctx, node, it.Val())
			if err != nil {
				return err
			}
			mu.Lock()
			all[it.Val()] = fields
			mu.Unlock()
		}
		return it.Err()
	}
	if c, ok := s.rdb.(*redis.ClusterClient); ok {
		err := c.ForEachMaster(ctx, func(ctx context.Context, node *redis.Client) error { return look(ctx, node) })
		return all, err
	}
	return all, look(ctx, s.rdb)
}

func readRaw(ctx context.Context, node redis.UniversalClient, key string) (map[string]string, error) {
	if strings.HasSuffix(key, "}:due") || strings.HasSuffix(key, "}:looks") {
		scores, err := node.ZRangeWithScores(ctx, key, 0, -1).Result()
		members := map[string]string{}
		for _, z := range scores {
			members[fmt.Sprint(z.Member)] = fmt.Sprint(z.Score)
		}
		return members, err
	}
	kind, err := node.Type(ctx, key).Result()
	if err != nil || kind != "hash" {
		return nil, err
	}
	return node.HGetAll(ctx, key).Result()
}

// escape takes the meaning off what MATCH would read as a pattern.
func escape(prefix string) string {
	return strings.NewReplacer(`\`, `\\`, `*`, `\*`, `?`, `\?`, `[`, `\[`, `]`, `\]`).Replace(prefix)
}
