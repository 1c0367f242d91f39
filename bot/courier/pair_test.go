package courier

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"
)

// scripted is a way that fails as told, and counts.
type scripted struct {
	mu    sync.Mutex
	err   error
	count int
	hold  chan struct{} // told that a message came, then waits to be closed
}

func (s *scripted) way(name string) way {
	return way{name, func(context.Context, Message) error {
		s.mu.Lock()
		s.count++
		err, hold := s.err, s.hold
		s.mu.Unlock()
		if hold != nil {
			hold <- struct{}{}
			<-hold
		}
		return err
	}, func(context.Context) error { return s.err }}
}

func (s *scripted) fails(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.err = err
}

func (s *scripted) sent() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.count
}

// two is a pair over scripted ways and a clock that is set.
type two struct {
	*pair
	first, second *scripted
	at            time.Time
	log           bytes.Buffer
}

func newTwo(first, second error) *two {
	w := &two{first: &scripted{err: first}, second: &scripted{err: second}, at: time.Unix(1_795_000_000, 0)}
	w.pair = &pair{first: w.first.way("one"), second: w.second.way("other"), log: slog.New(slog.NewTextHandler(&w.log, nil)), now: func() time.Time { return w.at }}
	return w
}

func TestTheSecondIsUsedForWhatIsNotTheNumbersOwn(t *testing.T) {
	t.Parallel()
	bad, later := fault{what: "x", kind: ErrPermanent}, fault{what: "x", kind: ErrTemporary}
	unsure, mine := fault{what: "x", kind: ErrTemporary, unsure: true}, fault{what: "x", kind: ErrMisconfigured}
	notice := code()
	notice.Kind = Approved
	rows := []struct {
		name    string
		first   error
		message Message
		want    error
		second  int
	}{
		{"it works", nil, code(), nil, 0},
		{"the number is bad", bad, code(), ErrPermanent, 0},
		{"throttled", later, code(), nil, 1},
		{"misconfigured", mine, code(), nil, 1},
		{"nobody knows: a code goes out again", unsure, code(), nil, 1},
		{"nobody knows: a notice does not", unsure, notice, ErrUnsure, 0},
		{"throttled notice", later, notice, nil, 1},
	}
	for _, row := range rows {
		w := newTwo(row.first, nil)
		if err := w.send(t.Context(), row.message); !errors.Is(err, row.want) || w.second.sent() != row.second {
			t.Errorf("%s: %v, second used %d times", row.name, err, w.second.sent())
		}
	}
}

func TestAFailingFirstIsLeftAloneForAMinuteThenTriedByOne(t *testing.T) {
	t.Parallel()
	w := newTwo(fault{what: "x", kind: ErrMisconfigured}, nil)
	send := func() {
		t.Helper()
		if err := w.send(t.Context(), code()); err != nil {
			t.Fatal(err)
		}
	}
	for range 10 {
		send()
	}
	if w.first.sent() != 1 || w.second.sent() != 10 {
		t.Fatalf("first %d, second %d", w.first.sent(), w.second.sent())
	}
	if !strings.Contains(w.log.String(), "level=ERROR") || !strings.Contains(w.log.String(), "provider=one") {
		t.Errorf("the operator hears %q", w.log.String())
	}
	w.at = w.at.Add(leftAlone)
	w.first.fails(nil)
	w.first.hold = make(chan struct{})
	tried := make(chan error)
	go func() { tried <- w.send(t.Context(), code()) }()
	<-w.first.hold // the one try is under way
	send()
	if w.first.sent() != 2 {
		t.Error("two try at once")
	}
	w.first.mu.Lock()
	hold := w.first.hold
	w.first.hold = nil
	w.first.mu.Unlock()
	close(hold)
	if err := <-tried; err != nil {
		t.Fatal(err)
	}
	send()
	if w.first.sent() != 3 || w.second.sent() != 11 {
		t.Errorf("mended: first %d, second %d", w.first.sent(), w.second.sent())
	}
}

func TestAStopOfTheProgramIsNoFaultOfTheFirst(t *testing.T) {
	t.Parallel()
	w := newTwo(fault{what: "x", kind: ErrTemporary, end: context.Canceled}, nil)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := w.send(ctx, code()); !errors.Is(err, context.Canceled) || w.second.sent() != 0 {
		t.Errorf("%v, second used %d times", err, w.second.sent())
	}
	w.first.fails(nil)
	if err := w.send(t.Context(), code()); err != nil || w.second.sent() != 0 {
		t.Errorf("then %v", err)
	}
}

func TestBothHaveToBeReached(t *testing.T) {
	t.Parallel()
	w := newTwo(nil, fault{what: "no key", kind: ErrMisconfigured})
	if err := w.reach(t.Context()); !errors.Is(err, ErrMisconfigured) || !strings.HasPrefix(err.Error(), "other: ") {
		t.Error(err)
	}
	if err := newTwo(nil, nil).reach(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestTwoAddressesShareOneTimeout(t *testing.T) {
	t.Parallel()
	hold := make(chan struct{})
	silent := newVendor(t, aliyunSigned, said{status: 200, hold: hold})
	t.Cleanup(func() { close(hold) })
	works := newVendor(t, gatewaySigned, said{status: 200})
	both := func(o *options) { silent.trusted()(o); o.roots.AddCert(works.server.Certificate()) }
	sms, err := OpenSMS(aliyunAt(silent)+"\n"+gatewayAt(works)+"\n", quiet(), both, Timeout(time.Second))
	if err != nil {
		t.Fatal(err)
	}
	for range 3 {
		if err := sms.Send(t.Context(), code()); err != nil {
			t.Fatal(err)
		}
	}
	if silent.requests() != 1 || works.requests() != 3 {
		t.Errorf("first %d, second %d", silent.requests(), works.requests())
	}
}
