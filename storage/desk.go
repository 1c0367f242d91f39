package storage

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"

	"guiwei/flows"
)

// OpenCase is what a list of the desk tells of a case under review.
type OpenCase struct {
	No        string
	Person    flows.Person
	Account   string
	State     flows.CaseState
	Submitted time.Time
	Deadline  time.Time
	Reviewer  flows.Reviewer // Name is sealed until Names was asked
	Marked    int            // percent of the term that was told last, 0 before the first
	sealed    string
}

// OpenCases are all cases under review, the oldest first. The list is made of the shards' own each time, so nothing can go
// astray. Three round trips over all shards.
func (s *Store) OpenCases(ctx context.Context) ([]OpenCase, error) {
	open, err := s.openCases(ctx)
	if err != nil {
		return nil, fmt.Errorf("read open cases: %w", err)
	}
	pipe, rows := s.rdb.Pipeline(), make(map[string]*redis.SliceCmd, len(open))
	for no, person := range open {
		tag, err := personTag(person)
		if err != nil {
			continue // its number is not told of any person: Faults names it
		}
		rows[no] = pipe.HMGet(ctx, s.keys.cases(tag, person), no+" state", no+" submitted", no+" deadline", no+" user", no+" name",
			no+" account", no+" marked")
	}
	if len(rows) == 0 {
		return nil, nil
	}
	if _, err := pipe.Exec(ctx); err != nil {
		return nil, fmt.Errorf("read open cases: %w", err)
	}
	all := make([]OpenCase, 0, len(rows))
	for no, row := range rows {
		f := fields(row.Val())
		all = append(all, OpenCase{No: no, Person: open[no], State: flows.CaseState(f[0]), Submitted: instant(number(f[1])),
			Deadline: instant(number(f[2])), Reviewer: flows.Reviewer{User: number(f[3])}, sealed: f[4], Account: f[5], Marked: int(number(f[6]))})
	}
	slices.SortFunc(all, func(a, b OpenCase) int {
		return cmp.Or(a.Submitted.Compare(b.Submitted), cmp.Compare(a.No, b.No))
	})
	return all, nil
}

// fields are the values of HMGET, "" for what is not there.
func fields(values []any) []string {
	out := make([]string, len(values))
	for i, v := range values {
		out[i], _ = v.(string)
	}
	return out
}

// Names opens the reviewers' names of some cases. No round trip.
func (s *Store) Names(cases []OpenCase) error {
	for i, c := range cases {
		if c.Reviewer.User == 0 || c.sealed == "" {
			continue
		}
		if err := s.unseal(c.sealed, reviewerAbout(c.Reviewer.User), &cases[i].Reviewer.Name); err != nil {
			return fmt.Errorf("read names: %w", err)
		}
	}
	return nil
}

// Seek picks the cases among the given whose student it is asked for: the applicants are opened one after the other and
// forgotten, for no index is kept of a few digits. One round trip.
func (s *Store) Seek(ctx context.Context, cases []OpenCase, wanted func(flows.Applicant) bool) ([]OpenCase, error) {
	if len(cases) == 0 {
		return nil, nil
	}
	pipe, rows := s.rdb.Pipeline(), make([]*redis.StringCmd, len(cases))
	for i, c := range cases {
		tag, err := personTag(c.Person)
		if err != nil {
			return nil, fmt.Errorf("seek cases: %w", err)
		}
		rows[i] = pipe.HGet(ctx, s.keys.accounts(tag, c.Person), c.Account+" sealed")
	}
	if _, err := pipe.Exec(ctx); ignoreNil(err) != nil {
		return nil, fmt.Errorf("seek cases: %w", err)
	}
	var found []OpenCase
	for i, c := range cases {
		if rows[i].Val() == "" {
			continue
		}
		var a flows.Applicant
		if err := s.unseal(rows[i].Val(), accountAbout(c.Person), &a); err != nil {
			return nil, fmt.Errorf("seek cases: %w", err)
		}
		if wanted(a) {
			found = append(found, c)
		}
	}
	return found, nil
}

// SetTopic gives the cases of a faculty a topic of the reviewers' group; topic 0 takes it away. One round trip.
func (s *Store) SetTopic(ctx context.Context, faculty string, group int64, topic int) error {
	var err error
	if topic == 0 {
		err = s.rdb.HDel(ctx, s.keys.topics(), faculty).Err()
	} else {
		err = s.rdb.HSet(ctx, s.keys.topics(), faculty, fmt.Sprintf("%d %d", group, topic)).Err()
	}
	if err != nil {
		return fmt.Errorf("set topic: %w", err)
	}
	return nil
}

// Topic is where the cases of a faculty are shown in a group; 0 without a topic of their own there. One round trip.
func (s *Store) Topic(ctx context.Context, faculty string, group int64) (int, error) {
	text, err := s.rdb.HGet(ctx, s.keys.topics(), faculty).Result()
	if ignoreNil(err) != nil {
		return 0, fmt.Errorf("read topic: %w", err)
	}
	if in, topic, ok := strings.Cut(text, " "); ok && in == strconv.FormatInt(group, 10) {
		return int(number(topic)), nil
	}
	return 0, nil
}

// Ended is a case that was decided, as the desk's figures remember it: nobody's name, no content.
type Ended struct {
	No        string
	State     flows.CaseState
	Reviewer  int64
	Reasons   []string
	Submitted time.Time
	Decided   time.Time
}

// Took is how long the student waited.
func (e Ended) Took() time.Duration { return e.Decided.Sub(e.Submitted) }

// endedKept bounds what the desk remembers.
const endedKept = 5000

// NoteEnded remembers a decided case for the figures; the oldest are forgotten. Repeating it is harmless. One round trip.
func (s *Store) NoteEnded(ctx context.Context, c flows.Case) error {
	if c.Decided.IsZero() {
		return nil
	}
	text := fmt.Sprintf("%s %s %d %d %s", c.No, c.State, c.Reviewer.User, millis(c.Submitted), strings.Join(c.Reasons, ","))
	pipe, key := s.rdb.Pipeline(), s.keys.ended()
	pipe.ZAdd(ctx, key, redis.Z{Score: float64(millis(c.Decided)), Member: text})
	pipe.ZRemRangeByRank(ctx, key, 0, -endedKept-1)
	if _, err := pipe.Exec(ctx); err != nil {
		return fmt.Errorf("note ended case: %w", err)
	}
	return nil
}

// EndedSince are the remembered cases that were decided since, at most limit, the latest first. One round trip.
func (s *Store) EndedSince(ctx context.Context, since time.Time, limit int) ([]Ended, error) {
	rows, err := s.rdb.ZRevRangeByScoreWithScores(ctx, s.keys.ended(), &redis.ZRangeBy{Min: strconv.FormatInt(millis(since), 10), Max: "+inf",
		Count: int64(limit)}).Result()
	if err != nil {
		return nil, fmt.Errorf("read ended cases: %w", err)
	}
	all := make([]Ended, 0, len(rows))
	for _, z := range rows {
		text, _ := z.Member.(string)
		f := strings.SplitN(text, " ", 5)
		if len(f) == 5 {
			all = append(all, Ended{No: f[0], State: flows.CaseState(f[1]), Reviewer: number(f[2]), Submitted: instant(number(f[3])),
				Reasons: list(f[4]), Decided: instant(int64(z.Score))})
		}
	}
	return all, nil
}

// Reviewers are all confirmed reviewers by user id. One round trip.
func (s *Store) Reviewers(ctx context.Context) (map[int64]string, error) {
	sealed, err := s.rdb.HGetAll(ctx, s.keys.reviewers()).Result()
	if err != nil {
		return nil, fmt.Errorf("read reviewers: %w", err)
	}
	names := make(map[int64]string, len(sealed))
	for id, text := range sealed {
		var name string
		if err := s.unseal(text, reviewerAbout(number(id)), &name); err != nil {
			return nil, fmt.Errorf("read reviewers: %w", err)
		}
		names[number(id)] = name
	}
	return names, nil
}
