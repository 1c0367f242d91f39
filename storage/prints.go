package storage

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/redis/go-redis/v9"

	"guiwei/flows"
)

// bands is how many parts a difference hash is cut into. Two hashes that differ in at most flows.MostApart = 16 bits agree
// in one of 17 parts at least, so looking for equal parts misses no copy. Fewer bands could miss one; more would be shorter
// than the 15 or 16 bits of these, and more strangers would share one.
const bands = flows.MostApart + 1

const (
	bandKept   = 256 // prints a band holds, the newest: what all flat pictures share must not grow without end
	printsRead = 128 // prints that a picture is compared with, those first that share the most bands
)

// print is what is kept of a submitted picture to know it under another ID number, for hashesTerm.
type print struct {
	Person flows.Person `json:"person"`
	SHA256 string       `json:"sha256"`
	DHash  [4]uint64    `json:"dhash"`
	At     time.Time    `json:"at"`
}

func printAbout(id string) string { return "print|" + id }

// printID names a picture's print: the same submission repeated writes the same print again.
func (s *Store) printID(photo flows.Photo) string { return s.vault.Digest(0, "print", photo.Blob)[:16] }

// Elsewhere notes a person's pictures, and says of each whether the same one came under another ID number in the last 180
// days: the same file, or re-encoded, or mirrored. It notes before it looks, so that of two who send one picture at the
// same time one at least is found. Repeating it is harmless. Two round trips over all shards, one when nothing is alike.
func (s *Store) Elsewhere(ctx context.Context, p flows.Person, pair []flows.Photo, now time.Time) ([]bool, error) {
	tag, err := personTag(p)
	if err != nil {
		return nil, fmt.Errorf("look for pictures elsewhere: %w", err)
	}
	pipe := s.rdb.Pipeline()
	var shared [][]*redis.StringSliceCmd
	for _, photo := range pair {
		if err := s.notePrint(ctx, pipe, tag, p, photo, now); err != nil {
			return nil, fmt.Errorf("note print: %w", err)
		}
		shared = append(shared, s.alike(ctx, pipe, photo, now))
	}
	if _, err := pipe.Exec(ctx); err != nil {
		return nil, fmt.Errorf("look for pictures elsewhere: %w", err)
	}
	found, err := s.others(ctx, p, pair, shared, now)
	if err != nil {
		return nil, fmt.Errorf("look for pictures elsewhere: %w", err)
	}
	return found, nil
}

// notePrint writes a print: into the list of the person first, by which it is found again when it is to go.
func (s *Store) notePrint(ctx context.Context, pipe redis.Pipeliner, tag string, p flows.Person, photo flows.Photo, now time.Time) error {
	id := s.printID(photo)
	sealed, err := s.seal(print{p, photo.SHA256, photo.DHash, now}, printAbout(id))
	if err != nil {
		return err
	}
	due := redis.Z{Score: float64(millis(now.Add(hashesTerm))), Member: "prints|" + string(p)}
	pipe.HSet(ctx, s.keys.prints(tag, p), id, millis(now))
	pipe.ZAddNX(ctx, s.keys.looks(tag), due)
	pipe.Set(ctx, s.keys.print(id), sealed, hashesTerm)
	for _, band := range s.bandsOf(photo) {
		key := s.keys.band(band)
		pipe.ZAdd(ctx, key, redis.Z{Score: float64(millis(now)), Member: id})
		pipe.ZRemRangeByScore(ctx, key, "-inf", printsBefore(now))
		pipe.ZRemRangeByRank(ctx, key, 0, -bandKept-1)
		pipe.PExpire(ctx, key, hashesTerm)
	}
	return nil
}

// printsBefore bounds the prints that count for nothing any more.
func printsBefore(now time.Time) string { return fmt.Sprint(millis(now.Add(-hashesTerm))) }

// alike asks for all prints that share a band with a picture, or with its mirror image.
func (s *Store) alike(ctx context.Context, pipe redis.Pipeliner, photo flows.Photo, now time.Time) []*redis.StringSliceCmd {
	mirrored := flows.Photo{SHA256: photo.SHA256, DHash: flows.Mirrored(photo.DHash)}
	var found []*redis.StringSliceCmd
	if flat(photo.DHash) {
		mirrored.DHash = photo.DHash
	}
	for _, band := range append(s.bandsOf(photo), s.bandsOf(mirrored)...) {
		found = append(found, pipe.ZRevRangeByScore(ctx, s.keys.band(band),
			&redis.ZRangeBy{Min: "(" + printsBefore(now), Max: "+inf", Count: bandKept}))
	}
	return found
}

// bandsOf are the digests of a picture's file and of its bands. A flat one has no bands: its hash tells nothing of it.
func (s *Store) bandsOf(photo flows.Photo) []string {
	list := []string{s.vault.Digest(0, "file", photo.SHA256)}
	if flat(photo.DHash) {
		return list
	}
	for band, bits := range cut(photo.DHash) {
		list = append(list, s.vault.PhotoBand(band, bits))
	}
	return list
}

// flat says whether a hash is that of no picture at all, but for what a copy may differ in: hardly a cell is brighter than
// its left neighbour, or nearly all are.
func flat(hash [4]uint64) bool {
	set := flows.Apart(hash, [4]uint64{})
	return set <= flows.MostApart || set >= 256-flows.MostApart
}

// cut gives the bands of a hash. Each takes every 17th bit, from all over the picture: neighbours are alike where it is flat.
func cut(hash [4]uint64) (parts [bands]uint32) {
	for bit := range 256 {
		parts[bit%bands] = parts[bit%bands]<<1 | uint32(hash[bit/64]>>(63-bit%64)&1)
	}
	return parts
}

// others compares each picture with the prints that share the most with it, but the person's own.
func (s *Store) others(ctx context.Context, p flows.Person, pair []flows.Photo, shared [][]*redis.StringSliceCmd, now time.Time) ([]bool, error) {
	pipe, sealed := s.rdb.Pipeline(), map[string]*redis.StringCmd{}
	near := make([][]string, len(pair))
	for i := range pair {
		near[i] = s.nearest(shared[i], pair)
		for _, id := range near[i] {
			if sealed[id] == nil {
				sealed[id] = pipe.Get(ctx, s.keys.print(id))
			}
		}
	}
	found := make([]bool, len(pair))
	if len(sealed) == 0 {
		return found, nil
	}
	if _, err := pipe.Exec(ctx); ignoreNil(err) != nil {
		return nil, err
	}
	prints := map[string]print{}
	for id, got := range sealed {
		var was print
		if got.Val() != "" && s.unseal(got.Val(), printAbout(id), &was) == nil && was.Person != p && now.Sub(was.At) < hashesTerm {
			prints[id] = was
		}
	}
	for i, photo := range pair {
		found[i] = slices.ContainsFunc(near[i], func(id string) bool { return prints[id].same(photo) })
	}
	return found, nil
}

// nearest are the prints in the most bands, but those of the pair itself.
func (s *Store) nearest(shared []*redis.StringSliceCmd, pair []flows.Photo) []string {
	times := map[string]int{}
	for _, band := range shared {
		for _, id := range band.Val() {
			times[id]++
		}
	}
	for _, photo := range pair {
		delete(times, s.printID(photo))
	}
	ids := slices.Sorted(maps.Keys(times))
	slices.SortStableFunc(ids, func(a, b string) int { return cmp.Compare(times[b], times[a]) })
	return ids[:min(len(ids), printsRead)]
}

func (was print) same(photo flows.Photo) bool {
	switch {
	case was.Person == "":
		return false
	case was.SHA256 == photo.SHA256:
		return true
	case flat(photo.DHash):
		return false
	}
	return min(flows.Apart(photo.DHash, was.DHash), flows.Apart(flows.Mirrored(photo.DHash), was.DHash)) <= flows.MostApart
}

// SweepPrints forgets a person's prints that are past their term. Three round trips.
func (s *Store) SweepPrints(ctx context.Context, p flows.Person, now time.Time) error {
	return s.forgetPrints(ctx, p, func(at time.Time) bool { return now.Sub(at) >= hashesTerm })
}

// ForgetPrints forgets all prints of a person. Three round trips.
func (s *Store) ForgetPrints(ctx context.Context, p flows.Person) error {
	return s.forgetPrints(ctx, p, func(time.Time) bool { return true })
}

// forgetPrints takes prints out of their bands first and off the person's list last, so that a crash leaves none unlisted.
func (s *Store) forgetPrints(ctx context.Context, p flows.Person, goes func(at time.Time) bool) error {
	tag, err := personTag(p)
	if err != nil {
		return fmt.Errorf("forget prints: %w", err)
	}
	all, err := s.rdb.HGetAll(ctx, s.keys.prints(tag, p)).Result()
	if err != nil {
		return fmt.Errorf("forget prints: %w", err)
	}
	args := []any{"prints|" + string(p), ttl(hashesTerm)}
	sealed, pipe := map[string]*redis.StringCmd{}, s.rdb.Pipeline()
	for id, at := range all {
		if goes(instant(number(at))) {
			args, sealed[id] = append(args, id), pipe.Get(ctx, s.keys.print(id))
		}
	}
	if len(sealed) > 0 {
		if _, err := pipe.Exec(ctx); ignoreNil(err) != nil {
			return fmt.Errorf("forget prints: %w", err)
		}
		if err := s.dropPrints(ctx, sealed); err != nil {
			return fmt.Errorf("forget prints: %w", err)
		}
	}
	_, err = s.run(ctx, "forget_listed", []string{s.keys.prints(tag, p), s.keys.looks(tag)}, args...)
	if err != nil {
		return fmt.Errorf("forget prints: %w", err)
	}
	return nil
}

// dropPrints deletes prints and their names in the bands. The names of one that does not open any more go with the TTL of
// their bands.
func (s *Store) dropPrints(ctx context.Context, sealed map[string]*redis.StringCmd) error {
	pipe := s.rdb.Pipeline()
	for id, got := range sealed {
		var was print
		if got.Val() != "" && s.unseal(got.Val(), printAbout(id), &was) == nil {
			for _, band := range s.bandsOf(flows.Photo{SHA256: was.SHA256, DHash: was.DHash}) {
				pipe.ZRem(ctx, s.keys.band(band), id)
			}
		}
		pipe.Del(ctx, s.keys.print(id))
	}
	_, err := pipe.Exec(ctx)
	return err
}
