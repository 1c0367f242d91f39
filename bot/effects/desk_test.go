package effects_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"guiwei/bot/telegram"
	"guiwei/flows"
	"guiwei/storage"
)

// asks puts a question to the desk in a chat, and says what is newly heard there.
func (s *stage) asks(user, chat int64, word, text string) string {
	s.t.Helper()
	before := s.plain(chat)
	if _, err := s.do(user, flows.AskDesk{Word: word, Text: text, Chat: chat}); err != nil {
		s.t.Fatal(err)
	}
	return strings.TrimPrefix(s.plain(chat), before)
}

func (s *stage) plain(chat int64) string {
	v, err := s.sim.Chat(chat, false)
	if err != nil {
		s.t.Fatal(err)
	}
	var all strings.Builder
	for _, m := range v.Messages {
		all.WriteString(m.Plain + m.PlainCaption + "\n")
	}
	return all.String()
}

// Rows: P30 V7 T4
func TestReviewersAskTheDeskAndNobodyElseHearsAnything(t *testing.T) {
	t.Parallel()
	s := setup(t)
	_, no := s.claim()
	s.role(reviewer)
	s.role(counselor) // confirmed, but not in the group
	for word, text := range map[string]string{"queue": "", "find": "1234", "case": no, "stats": "", "overdue": "", "mine": ""} {
		for _, user := range []int64{student, counselor} {
			if heard := s.asks(user, user, word, text); !strings.Contains(heard, "只有审核老师能查") || strings.Contains(heard, no) {
				t.Errorf("/%s of %d: %s", word, user, heard)
			}
		}
		if heard := s.asks(reviewer, counselors, word, text); heard != "" {
			t.Errorf("/%s in the counselors' group: %s", word, heard)
		}
	}
	for _, chat := range []int64{reviewers, reviewer} {
		if heard := s.asks(reviewer, chat, "queue", ""); !strings.Contains(heard, no+" · 待领取") {
			t.Errorf("/queue in %d: %s", chat, heard)
		}
	}
	if heard := s.asks(reviewer, reviewers, "mine", ""); !strings.Contains(heard, "没有案件") {
		t.Errorf("/mine before a claim: %s", heard)
	}
	s.move(no, flows.CaseClaim)
	if heard := s.asks(reviewer, reviewers, "mine", ""); !strings.Contains(heard, no+" · 李<i>老师 在看") {
		t.Errorf("/mine: %s", heard)
	}
	if heard := s.asks(owner, reviewers, "case", no); !strings.Contains(heard, "案件 "+no) || strings.Contains(heard, idNumber) {
		t.Errorf("/case: %s", heard)
	}
	if heard := s.asks(owner, reviewers, "case", "1-999"); !strings.Contains(heard, "没有这个编号") {
		t.Errorf("/case of none: %s", heard)
	}
}

// Rows: V7 P34
func TestWhatIsFoundIsMaskedAndTheSearchIsNoted(t *testing.T) {
	t.Parallel()
	s := setup(t)
	_, no := s.claim()
	s.role(reviewer)
	for _, text := range []string{"0042", "1234", "张<b>三 1234", "1234 张<b>三", no} {
		heard := s.asks(reviewer, reviewers, "find", text)
		if !strings.Contains(heard, no) || strings.Contains(heard, idNumber) || strings.Contains(heard, "13900000042") || strings.Contains(heard, "张<b>三") {
			t.Errorf("/find %s: %s", text, heard)
		}
	}
	for _, c := range [][2]string{{"9999", "没有找到"}, {"李四 1234", "没有找到"}, {"34", "后四位"}, {"", "后四位"}, {"张三", "后四位"}} {
		if heard := s.asks(reviewer, reviewers, "find", c[0]); !strings.Contains(heard, c[1]) || strings.Contains(heard, no) {
			t.Errorf("/find %s: %s", c[0], heard)
		}
	}
	var why []string
	_, err := s.Store.ReadAudit(t.Context(), nil, func(r storage.AuditRow) error {
		if r.Do == "find" && r.By == reviewer {
			why = append(why, r.Why)
		}
		return nil
	})
	slices.Sort(why)
	if got := strings.Join(why, " "); err != nil || got != "name_tail name_tail name_tail tail tail tail" {
		t.Errorf("noted %q, %v", got, err)
	}
}

// heard keeps what is said, with its topic.
type heard struct {
	said []telegram.Outgoing
	gone int // topic that is not there
}

func (h *heard) SendMessage(_ context.Context, o telegram.Outgoing) (int, error) {
	if h.gone != 0 && o.ThreadID == h.gone {
		return 0, &telegram.Error{Kind: telegram.ErrRejected}
	}
	h.said = append(h.said, o)
	return len(h.said), nil
}
func (h *heard) EditText(context.Context, telegram.Edit) error              { return nil }
func (h *heard) EditKeyboard(context.Context, telegram.Edit) error          { return nil }
func (h *heard) DeleteMessage(context.Context, int64, int) error            { return nil }
func (h *heard) AnswerCallback(context.Context, string, string, bool) error { return nil }

// Rows: V1
func TestAnAnswerAndAFacultysCardsStayInTheirTopic(t *testing.T) {
	t.Parallel()
	s := setup(t)
	if _, err := s.Store.PutRecords(t.Context(), []flows.Record{{Name: "张三", IDNumber: idNumber, College: "管理学院", Class: "物流2401"}}); err != nil {
		t.Fatal(err)
	}
	_, no := s.claim()
	s.role(reviewer)
	h := &heard{}
	s.Messages = h
	ask := func(word, text string, thread int) {
		t.Helper()
		if _, err := s.do(reviewer, flows.AskDesk{Word: word, Text: text, Chat: reviewers, Thread: thread}); err != nil {
			t.Fatal(err)
		}
	}
	card := func() {
		t.Helper()
		if err := s.Store.SetCard(t.Context(), no, 0, 0); err != nil {
			t.Fatal(err)
		}
		if _, err := s.do(0, flows.Card{No: no}); err != nil {
			t.Fatal(err)
		}
	}
	ask("topic", "管理学院", 77)
	card()
	ask("queue", "", 5)
	h.gone = 77
	card() // the topic was deleted: the card is not lost
	h.gone = 0
	ask("topic", "管理学院", 0)
	card()
	var threads []int
	for _, o := range h.said {
		threads = append(threads, o.ThreadID)
	}
	want := []int{77, 77, 5, 0, 0, 0}
	if len(threads) != len(want) {
		t.Fatalf("topics %v, want %v", threads, want)
	}
	for i := range want {
		if threads[i] != want[i] {
			t.Errorf("topics %v, want %v", threads, want)
			break
		}
	}
}
