package flows_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"guiwei/flows"
	"guiwei/flows/flowtest"
)

const day = 24 * time.Hour

// told are the phrases of the messages that the last input sent beside the live one.
func told(p *flowtest.Play) []flows.Tell { return flowtest.Asked[flows.Tell](p) }

// reminded fails unless the last input sent exactly one silent message with that phrase, "" for none.
func reminded(t *testing.T, p *flowtest.Play, key string) {
	t.Helper()
	sent := told(p)
	if key == "" {
		if len(sent) > 0 {
			t.Errorf("%v: told %s unasked", p.Now, sent[0].Phrase.Key)
		}
		return
	}
	if len(sent) != 1 || sent[0].Phrase.Key != key || !sent[0].Silent || sent[0].Chat != flowtest.Chat {
		t.Fatalf("%v: told %+v, want %s, silently", p.Now, sent, key)
	}
}

// Rows: P6
func TestADraftIsKeptSevenDaysFromTheLastWordAndGoneAfterAWarning(t *testing.T) {
	t.Parallel()
	p := flowtest.Story(t).Walk("register/mother")
	heard := p.Wait(3 * time.Hour).Type("周雨晴").Now
	p.Wake("draft") // set at the first word: it only finds out when to look again
	reminded(t, p, "")
	p.Wake("draft")
	reminded(t, p, "draft.nudge")
	p.Wake("draft")
	reminded(t, p, "draft.warning")
	if at := p.Now.Sub(heard); at != 6*day {
		t.Errorf("warned after %v", at)
	}
	before, _ := json.Marshal(p.C)
	p.Wake("draft").Is("home/menu").Says("draft.expired")
	if at := p.Now.Sub(heard); at != 7*day {
		t.Errorf("deleted after %v", at)
	}
	after, _ := json.Marshal(p.C)
	for _, told := range []string{flowtest.Phone, flowtest.Name, flowtest.ID, `"h1"`} {
		if !strings.Contains(string(before), told) || strings.Contains(string(after), told) {
			t.Errorf("%s: not there before the term's end, or still there after it", told)
		}
	}
	p.Wait(day).Type(flowtest.Name).Is("home/menu").Says("draft.expired")
	p.Type("?").Says("kit.unexpected").Tap("register").Is("register/consent")
}

// Rows: P6
func TestAWordProlongsTheTermOfADraftThatWasWarnedOf(t *testing.T) {
	t.Parallel()
	p := flowtest.Story(t).Walk("register/mother").Wake("draft").Wake("draft")
	reminded(t, p, "draft.warning")
	heard := p.Wait(23 * time.Hour).Put(flows.Input{Kind: flows.Tap, Act: "continue", Query: "q"}).Is("register/mother").Says("kit.welcome_back").Now
	p.Wake("draft").Is("register/mother")
	reminded(t, p, "")
	p.Wake("draft").Is("register/mother")
	reminded(t, p, "draft.warning")
	p.Wake("draft").Is("home/menu")
	if at := p.Now.Sub(heard); at != 7*day {
		t.Errorf("deleted after %v", at)
	}
}

// Rows: P7 U14
func TestNobodyIsRemindedByNight(t *testing.T) {
	t.Parallel()
	for clock, want := range map[string]string{"07:59": "08:00", "08:00": "08:00", "21:59": "21:59", "22:00": "08:00", "23:30": "08:00", "00:10": "08:00"} {
		p := flowtest.Story(t)
		at, err := time.Parse("15:04", clock)
		if err != nil {
			t.Fatal(err)
		}
		p.Wait(at.Sub(time.Date(0, 1, 1, 12, 0, 0, 0, time.UTC)) + day).Tap("register")
		begun := p.Now
		p.Wake("draft")
		reminded(t, p, "draft.nudge")
		if got := flows.Shanghai(p.Now).Format("15:04"); got != want || p.Now.Sub(begun) < day || p.Now.Sub(begun) > 35*time.Hour {
			t.Errorf("begun at %s: reminded at %s, %v later, want %s", clock, got, p.Now.Sub(begun), want)
		}
	}
}

// Rows: P7
func TestOneReminderADraftAndNoneForWhoeverWantsNoneOrWaits(t *testing.T) {
	t.Parallel()
	t.Run("stopped by its button", func(t *testing.T) {
		t.Parallel()
		p := flowtest.Story(t).Tap("register").Wake("draft")
		reminded(t, p, "draft.nudge")
		p.Put(flows.Input{Kind: flows.Tap, Act: "unremind", Query: "q"}).Says("mute.off").Is("register/consent")
		p.Command("cancel").Tap("stop").Tap("register").Wait(2 * day).Wake("draft")
		p.Wake("draft")
		reminded(t, p, "draft.warning") // what is deleted is said all the same
	})
	t.Run("muted and not", func(t *testing.T) {
		t.Parallel()
		p := flowtest.Story(t).Tap("register").Command("mute").Says("mute.off").Command("mute").Says("mute.on").Wake("draft")
		reminded(t, p, "draft.nudge")
		p = flowtest.Story(t).Tap("register").Command("mute").Wake("draft")
		reminded(t, p, "")
	})
	t.Run("waits for a verdict", func(t *testing.T) {
		t.Parallel()
		p := flowtest.Story(t)
		p.C.Login = &flows.Login{Account: flows.AccountRef{Person: "p", ID: "a"}, State: flows.AccountPending}
		p.Command("find_username").Wake("draft")
		reminded(t, p, "")
	})
	t.Run("done", func(t *testing.T) {
		t.Parallel()
		p := flowtest.Story(t).Tap("register").Command("cancel").Tap("stop").Wake("draft")
		reminded(t, p, "")
		if p.C.Term != nil {
			t.Errorf("a term without a draft: %+v", p.C.Term)
		}
	})
}

// Rows: U14
func TestThreeUnaskedMessagesAWeekAreTheMost(t *testing.T) {
	t.Parallel()
	p := flowtest.Story(t)
	var sent []time.Time
	for range 40 { // a draft is begun every day, and left
		p.Command("cancel")
		if _, asks := p.Button("stop"); asks {
			p.Tap("stop")
		}
		p.Tap("register")
		for range 2 {
			if _, set := p.Timers["draft"]; !set {
				break
			}
			p.Wake("draft")
			for range told(p) {
				sent = append(sent, p.Now)
			}
		}
	}
	if len(sent) < 8 {
		t.Fatalf("only %d sent", len(sent))
	}
	for i := 3; i < len(sent); i++ {
		if sent[i].Sub(sent[i-3]) < 7*day {
			t.Errorf("four from %v to %v", sent[i-3], sent[i])
		}
	}
}

func TestATimerThatComesLateStillLeavesADayAfterTheWarning(t *testing.T) {
	t.Parallel()
	p := flowtest.Story(t).Tap("register").Wake("draft")
	timer := p.Timers["draft"]
	timer.At = timer.At.Add(3 * day)
	p.Timers["draft"] = timer
	p.Wake("draft")
	reminded(t, p, "draft.warning")
	warned := p.Now
	if p.Wake("draft").Is("home/menu"); p.Now.Sub(warned) != day {
		t.Errorf("deleted %v after the warning", p.Now.Sub(warned))
	}
}
