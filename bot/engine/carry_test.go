package engine_test

import (
	"slices"
	"testing"
	"time"

	"guiwei/bot/engine"
	"guiwei/flows"
)

// carried answers taps in the acknowledgement, and notes which.
func (l *list) carry(f flows.Effect) bool {
	tap, ok := f.(flows.AnswerTap)
	if ok {
		l.add(tap.Query)
	}
	return ok
}

// answered notes the taps that the lane answers.
func (l *list) answered(t engine.Task) (engine.Outcome, error) {
	if tap, ok := t.Effect.(flows.AnswerTap); ok {
		l.add(tap.Query)
	}
	return engine.Outcome{}, nil
}

func (b *bundle) tap(t *testing.T, id, query string, carry engine.Carry) {
	t.Helper()
	if err := b.Handle(t.Context(), flows.Input{ID: id, Kind: flows.Tap, Chat: b.chat, Query: query}, carry); err != nil {
		t.Fatal(err)
	}
}

func TestATapIsAnsweredInTheAcknowledgementOrByTheLane(t *testing.T) {
	t.Parallel()
	b := setup(t)
	var along, lane list
	b.Effects = doing(lane.answered)
	b.tap(t, "u1", "q1", along.carry)
	b.tap(t, "u2", "q2", nil)
	b.tap(t, "u3", "q3", func(flows.Effect) bool { return false })
	b.settle(t, b.Engine)
	slices.Sort(lane.all)
	if !slices.Equal(along.all, []string{"q1"}) || !slices.Equal(lane.all, []string{"q2", "q3"}) {
		t.Errorf("acknowledgements carried %q, the lane answered %q", along.all, lane.all)
	}
	b.clock.move(time.Minute)
	if err := b.SweepOnce(t.Context()); err != nil {
		t.Fatal(err)
	}
	b.settle(t, b.Engine)
	if len(lane.all) != 2 {
		t.Errorf("swept once more: %q", lane.all)
	}
}

// An acknowledgement that was lost: Telegram posts the update again, and the tap is answered in the next one.
func TestALostAcknowledgementCarriesItsAnswerAgain(t *testing.T) {
	t.Parallel()
	b := setup(t)
	var along, lane list
	b.Effects = doing(lane.answered)
	b.tap(t, "u1", "q1", along.carry)
	b.tap(t, "u1", "q1", along.carry)
	b.settle(t, b.Engine)
	if !slices.Equal(along.all, []string{"q1", "q1"}) || len(lane.all) != 0 {
		t.Errorf("acknowledgements carried %q, the lane answered %q", along.all, lane.all)
	}
}

// A process that dies between commit and acknowledgement: the tap's answer is in the outbox.
func TestATapWhoseAcknowledgementNeverLeftIsAnsweredByTheSweeper(t *testing.T) {
	t.Parallel()
	b := setup(t)
	var lane list
	b.Effects = doing(lane.answered)
	b.leave(t, "u1", flows.AnswerTap{Query: "q1"})
	b.clock.move(time.Minute)
	if err := b.SweepOnce(t.Context()); err != nil {
		t.Fatal(err)
	}
	b.settle(t, b.Engine)
	if !slices.Equal(lane.all, []string{"q1"}) {
		t.Errorf("the sweeper answered %q", lane.all)
	}
}
