package app

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"strconv"
	"strings"
	"time"

	"guiwei/bot/config"
	"guiwei/storage"
	"guiwei/storage/vault"
)

// auditYears is how long a row of the audit is kept.
const auditYears = 3

// auditCommands are what an operator may ask of the audit.
type auditCommands struct {
	Verify struct {
		Since string `help:"A checkpoint kept elsewhere, which the chains must still hold." placeholder:"FILE"`
	} `cmd:"" help:"Read every row of the audit and say which was changed, and what is gone."`
	Export struct {
		User int64 `help:"Only what this user id did." placeholder:"ID"`
	} `cmd:"" help:"Print the audit as CSV: user ids as aliases, no names, no numbers, nothing that a spreadsheet takes for a formula."`
	Checkpoint struct{} `cmd:"" help:"Print where all chains stand, to be kept apart from Redis for \"verify --since\"."`
}

// audit does one of them.
func audit(ctx context.Context, what string, c auditCommands, stdout io.Writer) error {
	store, v, err := stored(ctx)
	if err != nil {
		return err
	}
	defer store.Close()
	switch what {
	case "export":
		return exportAudit(ctx, store, v, c.Export.User, stdout)
	case "checkpoint":
		return printCheckpoint(ctx, store, stdout)
	}
	return verifyAudit(ctx, store, c.Verify.Since, stdout)
}

// stored opens the Redis that the environment names, for a command of one's own.
func stored(ctx context.Context) (*storage.Store, *vault.Vault, error) {
	c, err := config.Load(environ())
	if err := config.Concerning(err, "REDIS_URL", "KEYS_FILE"); err != nil {
		return nil, nil, err
	}
	v, err := vault.OpenFile(c.KeysFile)
	if err != nil {
		return nil, nil, fmt.Errorf("KEYS_FILE: %w", err)
	}
	store, err := storage.Open(ctx, storage.Options{URL: c.RedisURL.Reveal(), Vault: v, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		return nil, nil, fmt.Errorf("REDIS_URL: %w", err)
	}
	return store, v, nil
}

func verifyAudit(ctx context.Context, store *storage.Store, since string, stdout io.Writer) error {
	own, err := store.AuditCheckpoint(ctx)
	checks := []storage.AuditHeads{own}
	if err != nil {
		fmt.Fprintln(stdout, "the checkpoint in Redis does not open: it was changed")
		checks = nil
	}
	if since != "" {
		kept, err := readCheckpoint(since)
		if err != nil {
			return err
		}
		checks = append(checks, kept)
	}
	rows := 0
	faults, readErr := store.ReadAudit(ctx, checks, func(storage.AuditRow) error { rows++; return nil })
	for _, f := range faults {
		fmt.Fprintln(stdout, f)
	}
	if err := errors.Join(err, readErr); err != nil {
		return err
	}
	if len(faults) > 0 {
		return fmt.Errorf("the audit was changed: %d faults in %d rows", len(faults), rows)
	}
	fmt.Fprintf(stdout, "%d rows, none changed, none missing since %s.\n", rows, stamp(own.At))
	return nil
}

func readCheckpoint(file string) (storage.AuditHeads, error) {
	raw, err := os.ReadFile(file)
	if err != nil {
		return storage.AuditHeads{}, err
	}
	var h storage.AuditHeads
	if err := json.Unmarshal(raw, &h); err != nil {
		return h, fmt.Errorf("%s is no checkpoint of the audit", file)
	}
	return h, nil
}

// printCheckpoint brings Redis's own up to date first, and refuses where the chains do not hold it.
func printCheckpoint(ctx context.Context, store *storage.Store, stdout io.Writer) error {
	now := time.Now()
	faults, err := store.CheckAudit(ctx, now, now.AddDate(-auditYears, 0, 0))
	if err == nil && len(faults) > 0 {
		err = fmt.Errorf("the audit was changed: %s", faults[0])
	}
	if err != nil {
		return err
	}
	h, err := store.AuditCheckpoint(ctx)
	if err != nil {
		return err
	}
	return json.NewEncoder(stdout).Encode(h)
}

func exportAudit(ctx context.Context, store *storage.Store, v *vault.Vault, user int64, stdout io.Writer) error {
	out := csv.NewWriter(stdout)
	if err := out.Write([]string{"shard", "row", "at", "who", "what", "case", "version", "why", "whom"}); err != nil {
		return err
	}
	alias := func(id int64) string {
		if id == 0 {
			return ""
		}
		return v.Alias(strconv.FormatInt(id, 10))
	}
	_, err := store.ReadAudit(ctx, nil, func(r storage.AuditRow) error {
		if user != 0 && r.By != user {
			return nil
		}
		version := ""
		if r.Version > 0 {
			version = strconv.Itoa(r.Version)
		}
		return out.Write(cells(r.Shard, strconv.FormatInt(r.N, 10), stamp(r.At), alias(r.By), r.Do, r.Case, version, r.Why, alias(r.Of)))
	})
	out.Flush()
	return errors.Join(err, out.Error())
}

func stamp(at time.Time) string {
	if at.IsZero() {
		return "the beginning"
	}
	return at.UTC().Format(time.RFC3339)
}

// cells are what a spreadsheet may be given: whatever it would take for a formula or a command stands behind an apostrophe
// (OWASP ASVS 5, 1.2.10; DDE begins with the same signs).
func cells(texts ...string) []string {
	safe := make([]string, len(texts))
	for i, t := range texts {
		if t != "" && strings.ContainsRune("=+-@\t\r\n\x00", rune(t[0])) {
			t = "'" + t
		}
		safe[i] = t
	}
	return safe
}

// checkAudit notes where the audit's chains stand. A fault is an alarm at every pass, until somebody looked into it.
func (a *App) checkAudit(ctx context.Context) {
	now := a.clock.Now()
	faults, err := a.store.CheckAudit(ctx, now, now.AddDate(-auditYears, 0, 0))
	if err != nil && ctx.Err() == nil {
		a.log.LogAttrs(ctx, slog.LevelWarn, "audit not looked at", slog.String("cause", err.Error()))
	}
	for _, f := range faults {
		a.log.LogAttrs(ctx, slog.LevelError, "the audit was changed: run bot audit verify", slog.String("shard", f.Shard), slog.Int64("row", f.Row))
	}
}
