package effects_test

import (
	"testing"
	"time"

	"guiwei/bot/photo"
	"guiwei/bot/photo/samples"
	"guiwei/flows"
)

// A picture that waits long behind others is acknowledged in words, and judged all the same.
func TestWhoWaitsInLineIsToldThatThePictureHasCome(t *testing.T) {
	t.Parallel()
	s := setup(t)
	looking, judged := make(chan struct{}), make(chan struct{})
	s.Room = photo.New(photo.Options{Parallel: 4, Judge: func(photo.Picture) []photo.Finding {
		looking <- struct{}{}
		<-judged
		return nil
	}})
	f := s.send(samples.Front(), "photo")
	answers := make(chan flows.Answer)
	look := func(op string) {
		a, err := s.again(op, student, flows.Rehearse{File: f})
		if err != nil {
			t.Error(err)
		}
		answers <- a
	}
	for _, op := range []string{"a", "b", "c", "d"} {
		go look(op)
		<-looking
	}
	if s.says(student, "正在排队看") != 0 {
		t.Error("told without a line")
	}
	go look("e")
	for limit := time.Now().Add(30 * time.Second); s.says(student, "照片收到了，正在排队看，前面还有 0 张") == 0; time.Sleep(time.Millisecond) {
		if time.Now().After(limit) {
			t.Error("not told")
			break
		}
	}
	close(judged)
	<-looking
	for range 5 {
		if a, ok := (<-answers).(flows.Examined); !ok || a.Verdict != "accept" {
			t.Errorf("%+v", a)
		}
	}
}
