package storage

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"guiwei/flows"
	"guiwei/storage/storagetest"
)

// step is one call of a story, with everything it answered. Its operation ids and times are always the same, so that two
// runs of the story must answer the same.
type step struct {
	name string
	call func(ctx context.Context, s *Store) ([]any, error)
	once bool // has no operation id of its own: called again, it is another call
}

// answer leaves out the names of pictures, which begin otherwise in every store.
func answer(v any, err error) ([]any, error) {
	switch a := v.(type) {
	case flows.CaseMoved:
		a.View.Front.Blob, a.View.Back.Blob, a.View.Evidence = "", "", ""
		v = a
	case flows.CaseView:
		a.Front.Blob, a.Back.Blob, a.Evidence = "", "", ""
		v = a
	}
	return []any{v}, err
}

func nothing(err error) ([]any, error) { return nil, err }

// story calls everything that writes at least once, and reads it all back.
func story(p flows.Person) []step {
	old, claim := flows.AccountRef{Person: p, ID: AccountID("old")}, flows.AccountRef{Person: p, ID: AccountID("claim")}
	chat, person := Owner{Chat: 42}, Owner{Person: p}
	steps := append(chatSteps(chat), phoneSteps(claim)...)
	steps = append(steps, groupSteps()...)
	open := func(op string, ref flows.AccountRef, chat int64) step {
		return step{name: "OpenAccount " + op, call: func(ctx context.Context, s *Store) ([]any, error) {
			a := flows.Account{Ref: ref, Applicant: applicant(number1), Chat: chat}
			return answer(s.OpenAccount(ctx, op, a, true, noon))
		}}
	}
	steps = append(steps, open("old", old, 40), open("claim", claim, 42))
	steps = append(steps, caseSteps(old, claim, person)...)
	return append(steps,
		step{name: "AccountsOfPerson", call: func(ctx context.Context, s *Store) ([]any, error) { return answer(s.AccountsOfPerson(ctx, p)) }},
		step{name: "Standing", call: func(ctx context.Context, s *Store) ([]any, error) { return answer(s.Standing(ctx, claim, noon)) }},
		step{name: "Pending", call: func(ctx context.Context, s *Store) ([]any, error) { return answer(s.Pending(ctx, person)) }},
		step{name: "Faults", call: func(ctx context.Context, s *Store) ([]any, error) { return answer(s.Faults(ctx)) }},
	)
}

func chatSteps(o Owner) []step {
	commit := func(version int64, input string) step {
		return step{name: "Commit " + input, call: func(ctx context.Context, s *Store) ([]any, error) {
			c, err := s.Commit(ctx, Commit{Chat: 42, Version: version, Input: input, Effects: []flows.Effect{tell(input), tell("more")},
				Conversation: flows.Conversation{Chat: 42, Serial: int(version)}, Now: noon, Lease: time.Minute,
				Timers: []flows.Timer{{Name: "over", At: noon.Add(time.Hour)}}})
			return answer(c.Entry, err)
		}}
	}
	do := func(name string, once bool, call func(ctx context.Context, s *Store) error) step {
		return step{name: name, once: once, call: func(ctx context.Context, s *Store) ([]any, error) { return nothing(call(ctx, s)) }}
	}
	return []step{
		commit(0, "u1"), commit(1, "u2"), commit(2, "u3"),
		do("Advance", false, func(ctx context.Context, s *Store) error { return s.Advance(ctx, o, "u1", 1, 0) }),
		do("Postpone", true, func(ctx context.Context, s *Store) error { return s.Postpone(ctx, o, noon.Add(time.Second), true) }),
		{name: "Pending chat", call: func(ctx context.Context, s *Store) ([]any, error) { return answer(s.Pending(ctx, o)) }},
		{name: "Due", once: true, call: func(ctx context.Context, s *Store) ([]any, error) {
			return answer(s.Due(ctx, noon.Add(time.Second), time.Minute, 100, nil))
		}},
		do("Done", false, func(ctx context.Context, s *Store) error { _, err := s.Done(ctx, o, "u1", 9); return err }),
		do("Park", false, func(ctx context.Context, s *Store) error { return s.Park(ctx, o, "u2") }),
		{name: "CountTry", once: true, call: func(ctx context.Context, s *Store) ([]any, error) { return answer(s.CountTry(ctx, 42, "u7")) }},
		{name: "ParkInput", call: func(ctx context.Context, s *Store) ([]any, error) {
			c, err := s.ParkInput(ctx, Aside{Chat: 42, Input: "u7", Raw: []byte("{}"), Effects: []flows.Effect{tell("u7")}, Now: noon})
			return answer(c.Entry, err)
		}},
		do("LetWait", false, func(ctx context.Context, s *Store) error {
			return s.LetWait(ctx, Aside{Chat: 42, Input: "u8", Effects: []flows.Effect{tell("u8")}, Now: noon, Lease: time.Second})
		}),
		do("Shut", false, func(ctx context.Context, s *Store) error { return s.Shut(ctx, 42, noon) }),
		do("Miss", false, func(ctx context.Context, s *Store) error { return s.Miss(ctx, 42, Missed{Name: "a", At: noon}) }),
		{name: "Hold", call: func(ctx context.Context, s *Store) ([]any, error) {
			return answer(s.Hold(ctx, "poller", "me", time.Minute))
		}},
		{name: "Load", call: func(ctx context.Context, s *Store) ([]any, error) { return answer(s.Load(ctx, 42, "u7")) }},
		{name: "Pending chat", call: func(ctx context.Context, s *Store) ([]any, error) { return answer(s.Pending(ctx, o)) }},
	}
}

func phoneSteps(ref flows.AccountRef) []step {
	return []step{
		{name: "ReservePhone", call: func(ctx context.Context, s *Store) ([]any, error) {
			return nothing(s.ReservePhone(ctx, "p1", phone, ref, noon))
		}},
		{name: "ConfirmPhone", call: func(ctx context.Context, s *Store) ([]any, error) {
			return nothing(s.ConfirmPhone(ctx, "p1", phone, ref, noon))
		}},
		{name: "ReleasePhone", call: func(ctx context.Context, s *Store) ([]any, error) {
			return nothing(s.ReleasePhone(ctx, "p2", phone, ref))
		}},
		{name: "AccountsOf", call: func(ctx context.Context, s *Store) ([]any, error) { return answer(s.AccountsOf(ctx, phone)) }},
		{name: "CountCode", call: func(ctx context.Context, s *Store) ([]any, error) {
			return answer(s.CountCode(ctx, "k1", phone, 42, noon))
		}},
		{name: "CountCode refused", call: func(ctx context.Context, s *Store) ([]any, error) {
			return answer(s.CountCode(ctx, "k2", phone, 42, noon))
		}},
		{name: "LoginFailed", call: func(ctx context.Context, s *Store) ([]any, error) {
			left, until, err := s.LoginFailed(ctx, "l1", flows.Handle{Phone: phone}, 42, noon)
			return []any{left, until}, err
		}},
		{name: "LoginPassed", call: func(ctx context.Context, s *Store) ([]any, error) {
			return nothing(s.LoginPassed(ctx, flows.Handle{Phone: phone}, 42))
		}},
		{name: "KnowEmail", call: func(ctx context.Context, s *Store) ([]any, error) {
			return nothing(s.KnowEmail(ctx, "e1", "nobody@example.test", ref))
		}},
		{name: "Candidates", call: func(ctx context.Context, s *Store) ([]any, error) {
			return answer(s.Candidates(ctx, flows.Handle{Phone: phone}, 42))
		}},
		{name: "ForgetEmail", call: func(ctx context.Context, s *Store) ([]any, error) {
			return nothing(s.ForgetEmail(ctx, "e2", "nobody@example.test", ref))
		}},
	}
}

func groupSteps() []step {
	return []step{
		{name: "NewInvite", once: true, call: func(ctx context.Context, s *Store) ([]any, error) {
			return nothing(s.NewInvite(ctx, "code", Reviewers, 1, noon.Add(time.Hour)))
		}},
		{name: "TakeInvite", call: func(ctx context.Context, s *Store) ([]any, error) {
			kind, ok, err := s.TakeInvite(ctx, "i1", "code", noon)
			return []any{kind, ok}, err
		}},
		{name: "BindGroup", call: func(ctx context.Context, s *Store) ([]any, error) { return nothing(s.BindGroup(ctx, Counselors, -5)) }},
		{name: "MigrateGroup", call: func(ctx context.Context, s *Store) ([]any, error) { return nothing(s.MigrateGroup(ctx, -5, -6, noon)) }},
		{name: "Counselors", call: func(ctx context.Context, s *Store) ([]any, error) { return answer(s.Counselors(ctx)) }},
		{name: "RequestRole", once: true, call: func(ctx context.Context, s *Store) ([]any, error) { return nothing(s.RequestRole(ctx, 7, "七")) }},
		{name: "GrantRole", call: func(ctx context.Context, s *Store) ([]any, error) { return answer(s.GrantRole(ctx, 7, 1, noon)) }},
		{name: "PutRecords", call: func(ctx context.Context, s *Store) ([]any, error) {
			return answer(s.PutRecords(ctx, []flows.Record{{Name: "欧阳测试", IDNumber: number1}}))
		}},
	}
}

func caseSteps(old, claim flows.AccountRef, person Owner) []step {
	sub := Submission{Account: claim, Deadline: noon.Add(72 * time.Hour), Now: noon}
	kept := func(op string, into *flows.Photo) step {
		return step{name: "KeepBlob " + op, call: func(ctx context.Context, s *Store) (_ []any, err error) {
			into.Blob, err = s.KeepBlob(ctx, op, claim.Person, 42, noon)
			return nothing(err)
		}}
	}
	no := caseOne(claim.Person)
	move := func(op string, e flows.Event, by flows.Reviewer) step {
		return step{name: "MoveCase " + op, call: func(ctx context.Context, s *Store) ([]any, error) {
			return answer(s.MoveCase(ctx, op, wants(no, e, by)))
		}}
	}
	return []step{
		{name: "LogIn", call: func(ctx context.Context, s *Store) ([]any, error) {
			return nothing(s.LogIn(ctx, "t1", Entrance{Account: old, Chat: 41, Name: "甲", Now: noon}))
		}},
		{name: "ChangeAccount", call: func(ctx context.Context, s *Store) ([]any, error) {
			return answer(s.ChangeAccount(ctx, "t4", Change{Account: old, Generation: 1, Chat: 41, Now: noon, Apply: func(a *flows.Applicant) { a.Password = "$new" }}))
		}},
		{name: "Mistaken", call: func(ctx context.Context, s *Store) ([]any, error) {
			return nothing(s.Mistaken(ctx, "t5", []Candidate{{Account: flows.Account{Ref: old}}}, 9, noon))
		}},
		{name: "Devices", call: func(ctx context.Context, s *Store) ([]any, error) { return answer(s.Devices(ctx, old, 1, 41)) }},
		{name: "EndDevices", call: func(ctx context.Context, s *Store) ([]any, error) {
			l, gone, err := s.EndDevices(ctx, "t2", old, 1, 41, 0)
			return []any{l, gone}, err
		}},
		{name: "LeaveDevice", call: func(ctx context.Context, s *Store) ([]any, error) { return nothing(s.LeaveDevice(ctx, "t3", old, 41)) }},
		kept("k1", &sub.Front), kept("k2", &sub.Back),
		{name: "Submit", call: func(ctx context.Context, s *Store) ([]any, error) {
			return answer(s.Submit(ctx, "s1", sub))
		}},
		{name: "Submit again", call: func(ctx context.Context, s *Store) ([]any, error) {
			return answer(s.Submit(ctx, "s2", sub))
		}},
		{name: "SetCard", call: func(ctx context.Context, s *Store) ([]any, error) { return nothing(s.SetCard(ctx, no, -6, 3)) }},
		{name: "NotePhotos", call: func(ctx context.Context, s *Store) ([]any, error) {
			return nothing(s.NotePhotos(ctx, no, 7, []int{1, 2}, noon))
		}},
		move("m1", flows.CaseClaim, seven),
		{name: "Lapse", call: func(ctx context.Context, s *Store) ([]any, error) { return nothing(s.Lapse(ctx, "x1", no, 2, noon)) }},
		move("m2", flows.CaseClaim, eight), move("m3", flows.CaseApprove, eight), move("m4", flows.CaseUndo, eight),
		move("m5", flows.CaseRelease, eight), move("m6", flows.CaseClaim, seven), move("m7", flows.CaseApprove, seven),
		{name: "Pending person", call: func(ctx context.Context, s *Store) ([]any, error) { return answer(s.Pending(ctx, person)) }},
		{name: "Due person", once: true, call: func(ctx context.Context, s *Store) ([]any, error) {
			return answer(s.Due(ctx, noon, time.Minute, 100, nil))
		}},
		{name: "TakeEffect", call: func(ctx context.Context, s *Store) ([]any, error) {
			v, ok, err := s.TakeEffect(ctx, "e1", no, 9, noon)
			return []any{v.State, ok}, err
		}},
		{name: "ChangePassword", call: func(ctx context.Context, s *Store) ([]any, error) {
			return answer(s.ChangePassword(ctx, "w1", claim, "$new", 66, flows.Warn{Account: claim, By: 42}, noon))
		}},
		{name: "CountAnswer", call: func(ctx context.Context, s *Store) ([]any, error) {
			left, may, err := s.CountAnswer(ctx, "w2", claim, noon)
			return []any{left, may}, err
		}},
		{name: "Push", call: func(ctx context.Context, s *Store) ([]any, error) {
			return nothing(s.Push(ctx, "w3", claim.Person, []flows.Effect{flows.Forgotten{}}, noon))
		}},
		{name: "CountProof", call: func(ctx context.Context, s *Store) ([]any, error) {
			until, may, err := s.CountProof(ctx, "w4", "mail a@example.test", "+8613900000048", 48, noon)
			return []any{until, may}, err
		}},
		{name: "Raise", call: func(ctx context.Context, s *Store) ([]any, error) {
			return nothing(s.Raise(ctx, 40, "abc", Alarm{Account: claim, By: 42, At: noon}))
		}},
		{name: "Raised", call: func(ctx context.Context, s *Store) ([]any, error) { return answer(s.Raised(ctx, 40, "abc")) }},
		{name: "ChatsOf", call: func(ctx context.Context, s *Store) ([]any, error) { return answer(s.ChatsOf(ctx, claim)) }},
		move("n1", flows.CaseClaim, eight), move("n2", flows.CaseApprove, eight),
		{name: "TakeEffect second", call: func(ctx context.Context, s *Store) ([]any, error) {
			v, ok, err := s.TakeEffect(ctx, "e2", no, 12, noon)
			return []any{v.State, ok}, err
		}},
		{name: "Restore", call: func(ctx context.Context, s *Store) ([]any, error) {
			return answer(s.Restore(ctx, "r1", no, old.ID, 1, noon))
		}},
		{name: "Restore back", call: func(ctx context.Context, s *Store) ([]any, error) {
			return answer(s.Restore(ctx, "r2", no, claim.ID, 1, noon))
		}},
		{name: "Deregister", call: func(ctx context.Context, s *Store) ([]any, error) {
			return answer(s.Deregister(ctx, "d1", no, noon.Add(flows.RestoreTerm)))
		}},
		{name: "MarkChecked", call: func(ctx context.Context, s *Store) ([]any, error) {
			return nothing(s.MarkChecked(ctx, "c1", claim, noon))
		}},
	}
}

// caseOne is the number of the first case in a person's shard.
func caseOne(p flows.Person) string {
	tag, err := personTag(p)
	if err != nil {
		panic(err)
	}
	return tag[1:] + "-1"
}

// run plays the story and gives what each call answered; before lets the caller spoil the next call.
func run(t *testing.T, s *Store, twice bool, before func()) map[string][]any {
	t.Helper()
	told := map[string][]any{}
	for i, st := range story(s.vault.Person("resident", number1)) {
		before()
		got, err := st.call(context.WithoutCancel(t.Context()), s)
		if err != nil {
			t.Fatalf("%s: %v", st.name, err)
		}
		if twice && !st.once {
			again, err := st.call(context.WithoutCancel(t.Context()), s)
			if diff := cmp.Diff(got, again, cmpopts.EquateErrors()); diff != "" || err != nil {
				t.Fatalf("%s called again: %v (-first +again)\n%s", st.name, err, diff)
			}
		}
		told[fmt.Sprintf("%02d %s", i, st.name)] = got
	}
	return told
}

func TestEveryCallTwiceWithOneOperationIsDoneOnce(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, b *bench) {
		once := run(t, b.Store, false, func() {})
		b.keys.prefix = storagetest.Prefix(t)
		same(t, run(t, b.Store, true, func() {}), once)
	})
}

func TestLostRepliesChangeNothing(t *testing.T) {
	t.Parallel()
	direct := open(t, storagetest.Server(t), storagetest.Prefix(t))
	want := run(t, direct.Store, false, func() {})
	for n := 1; n <= 5; n++ {
		t.Run(fmt.Sprintf("command %d", n), func(t *testing.T) {
			t.Parallel()
			proxy := storagetest.Proxy(t, storagetest.Server(t))
			s, err := Open(t.Context(), Options{URL: proxy.URL, Vault: direct.vault, Prefix: storagetest.Prefix(t)})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() {
				if err := s.Close(); err != nil {
					t.Error(err)
				}
			})
			same(t, run(t, s, false, func() { proxy.LoseReply(n) }), want)
			if proxy.Lost() < 4 {
				t.Fatalf("only %d replies were lost", proxy.Lost())
			}
			t.Logf("%d replies lost", proxy.Lost())
		})
	}
}
