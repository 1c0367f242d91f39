// Package crash kills the process at a named point, so that tests see what a power cut would leave behind.
//
// A Plan comes from CRASH_AT=name:n and is obeyed only with ALLOW_TEST_IDS=true; a nil Plan never does anything. Every other
// Plan counts how often each point is passed, so that a test knows where it can kill.
package crash

import (
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
)

// Point is a named place between receiving an update and being done with it.
type Point string

// Every point, in the order an update passes them. The crash test kills at each; one that is never reached fails it.
const (
	Received        Point = "update.received"
	Loaded          Point = "input.loaded"
	Decided         Point = "input.decided"
	Committed       Point = "input.committed"
	Handled         Point = "update.handled" // about to be acknowledged
	EntryTaken      Point = "entry.taken"
	TapAnswered     Point = "tap.answered"
	SecretDeleted   Point = "secret.deleted"
	Shown           Point = "show.sent"
	CodeCounted     Point = "code.counted"
	CodeSent        Point = "code.sent"
	SecretHashed    Point = "secret.hashed"
	PhoneReserved   Point = "phone.reserved"
	AccountOpened   Point = "account.opened"
	PhoneConfirmed  Point = "phone.confirmed"
	LoggedIn        Point = "login.passed"
	ProofCarried    Point = "proof.carried"
	PasswordChanged Point = "password.changed"
	OwnerWarned     Point = "owner.warned"
	PhotoFetched    Point = "photo.fetched"
	PhotoRegistered Point = "photo.registered"
	PhotoStored     Point = "photo.stored"
	CaseSubmitted   Point = "case.submitted"
	CardSent        Point = "card.sent"
	CaseMoved       Point = "case.moved"
	PhotosShown     Point = "photos.shown"
	EffectTaken     Point = "case.effective"
	StudentTold     Point = "announce.student"
	CounselorsTold  Point = "announce.counselors"
	PhotosCleared   Point = "photos.cleared"
	PhotoGoing      Point = "photo.going"
	PhotoDeleted    Point = "photo.deleted"
	RecordsRead     Point = "records.read"
	Answered        Point = "answer.committed"
	EffectDone      Point = "effect.done"
	EntryDone       Point = "entry.done"
	Swept           Point = "sweep.taken"
)

// Points lists them all.
var Points = []Point{Received, Loaded, Decided, Committed, Handled, EntryTaken, TapAnswered, SecretDeleted, Shown,
	CodeCounted, CodeSent, SecretHashed, PhoneReserved, AccountOpened, PhoneConfirmed, LoggedIn, ProofCarried, PasswordChanged, OwnerWarned, PhotoFetched,
	PhotoRegistered, PhotoStored, CaseSubmitted, CardSent, CaseMoved, PhotosShown, EffectTaken, StudentTold, CounselorsTold,
	PhotosCleared, PhotoGoing, PhotoDeleted, RecordsRead, Answered, EffectDone, EntryDone, Swept}

// Plan is where and at which passing to die.
type Plan struct {
	point  Point // "" to count only
	n      int64
	passed map[Point]*atomic.Int64
}

// Count is a Plan to live.
func Count() *Plan {
	p := &Plan{passed: map[Point]*atomic.Int64{}}
	for _, point := range Points {
		p.passed[point] = new(atomic.Int64)
	}
	return p
}

// Parse reads "name:n": die at the n-th passing of that point. "" is no plan.
func Parse(text string) (*Plan, error) {
	if text == "" {
		return nil, nil
	}
	name, count, _ := strings.Cut(text, ":")
	n, err := strconv.Atoi(count)
	if err != nil || n < 1 || !slices.Contains(Points, Point(name)) {
		return nil, fmt.Errorf("CRASH_AT=%s: want a point and a count, like %s:1", text, Committed)
	}
	p := Count()
	p.point, p.n = Point(name), int64(n)
	return p, nil
}

// At dies here if the plan says so, as kill -9 would have it.
func (p *Plan) At(point Point) {
	if p == nil {
		return
	}
	if n := p.passed[point].Add(1); p.point != point || n != p.n {
		return
	}
	fmt.Fprintf(os.Stderr, "crash: at %s\n", point)
	_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
	select {} // until the signal arrives
}

// Passed tells how often each point was passed; nil tells nothing.
func (p *Plan) Passed() map[Point]int64 {
	if p == nil {
		return nil
	}
	all := map[Point]int64{}
	for point, n := range p.passed {
		all[point] = n.Load()
	}
	return all
}
