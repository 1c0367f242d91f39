package storage

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"guiwei/flows"
)

// Entrance is a login that was let in.
type Entrance struct {
	Account flows.AccountRef
	Chat    int64
	Name    string // of the Telegram account
	Now     time.Time
}

// device is a row of a chat that an account was used from. A chat that was used without a row logged in before there were
// rows, or registered only.
type device struct {
	since, used time.Time
	generation  int
	state       string
}

// The states of a device.
const (
	deviceIn   = "in"
	deviceLeft = "left" // by 退出: its student still hears of what concerns the account
	deviceOut  = "out"  // ended from another chat
)

func readDevice(row string) device {
	parts := append(strings.Fields(row), "", "", "", "")
	return device{instant(number(parts[0])), instant(number(parts[1])), int(number(parts[2])), parts[3]}
}

// devices are the rows of an account by chat.
func (sh shelf) devices(id string) map[int64]device {
	all := map[int64]device{}
	for field, row := range sh.accounts {
		if chat, ok := strings.CutPrefix(field, id+" dev."); ok {
			all[number(chat)] = readDevice(row)
		}
	}
	return all
}

// ended lists the chats whose login was ended from another one.
func (sh shelf) ended(id string) []int64 {
	var all []int64
	for chat, d := range sh.devices(id) {
		if d.state == deviceOut {
			all = append(all, chat)
		}
	}
	slices.Sort(all)
	return all
}

// told lists the chats that hear of what concerns an account: all it was used from, but those that were sent away.
func (sh shelf) told(id string) []int64 {
	var all []int64
	rows := sh.devices(id)
	for field := range sh.accounts {
		chat, was := strings.CutPrefix(field, id+" was.")
		if n := number(chat); was && rows[n].state != deviceOut {
			all = append(all, n)
		}
	}
	slices.Sort(all)
	return all
}

func deviceAbout(ref flows.AccountRef, chat int64) string {
	return "device|" + refName(ref) + "|" + strconv.FormatInt(chat, 10)
}

// LogIn notes a login: when and in which chat, where its owner is told from now on. One from a chat that is not logged in
// pushes Alarm into the person's outbox where other chats know the account. ErrNone without the account. One round trip.
func (s *Store) LogIn(ctx context.Context, op string, e Entrance) error {
	p := e.Account.Person
	tag, err := personTag(p)
	if err == nil {
		err = fit(op)
	}
	if err != nil {
		return fmt.Errorf("note login: %w", err)
	}
	owner, entry := personOwner(p), op+".entered"
	name, err := s.seal(e.Name, deviceAbout(e.Account, e.Chat))
	if err != nil {
		return fmt.Errorf("note login: %w", err)
	}
	alarm, err := s.sealEffects(owner, entry, []flows.Effect{flows.Alarm{Account: e.Account, About: flows.AlarmDevice, Chat: e.Chat, At: e.Now}})
	if err != nil {
		return fmt.Errorf("note login: %w", err)
	}
	answer, err := s.run(ctx, "log_in", []string{s.keys.operation(tag, "login", op), s.keys.person(tag, p), s.keys.accounts(tag, p),
		s.keys.out(tag, owner), s.keys.due(tag)}, e.Account.ID, e.Chat, millis(e.Now), name, owner, entry, alarm, ttl(seenFor))
	if err != nil {
		return fmt.Errorf("note login: %w", err)
	}
	if answer[0] == "none" {
		return fmt.Errorf("note login: account %w", ErrNone)
	}
	return nil
}

// Devices lists who is logged in to an account, as seen from a chat: that one first, then the latest used. Ended: the
// chat's login of that generation does not hold any more. One round trip.
func (s *Store) Devices(ctx context.Context, ref flows.AccountRef, generation int, chat int64) (flows.DevicesListed, error) {
	sh, err := s.readShelf(ctx, ref.Person)
	if err != nil {
		return flows.DevicesListed{}, fmt.Errorf("read devices: %w", err)
	}
	return s.listed(sh, ref, generation, chat)
}

func (s *Store) listed(sh shelf, ref flows.AccountRef, generation int, chat int64) (flows.DevicesListed, error) {
	state := flows.AccountState(sh.accounts[ref.ID+" state"])
	usable := state == flows.AccountActive || state == flows.AccountPending
	if !usable || sh.generation() != generation || slices.Contains(sh.ended(ref.ID), chat) {
		return flows.DevicesListed{Outcome: flows.Ended}, nil
	}
	l := flows.DevicesListed{Outcome: flows.OK, Login: flows.Login{Account: ref, Generation: generation, State: state}}
	for other, d := range sh.devices(ref.ID) {
		if d.state != deviceIn || d.generation != generation && other != chat {
			continue
		}
		row := flows.Device{Chat: other, Since: d.since, Used: d.used}
		if err := s.unseal(sh.accounts[ref.ID+" name."+strconv.FormatInt(other, 10)], deviceAbout(ref, other), &row.Name); err != nil {
			return l, fmt.Errorf("read devices: %w", err)
		}
		l.List = append(l.List, row)
	}
	here := func(d flows.Device) int {
		if d.Chat == chat {
			return 0
		}
		return 1
	}
	slices.SortFunc(l.List, func(a, b flows.Device) int {
		return cmp.Or(cmp.Compare(here(a), here(b)), b.Used.Compare(a.Used), cmp.Compare(a.Chat, b.Chat))
	})
	return l, nil
}

// EndDevices ends the login of a chat, other, or with 0 those of all but the one that asks: then the person's generation
// grows, which ends every login of the person everywhere, and the asking chat goes on with the new one. Ended where its
// login of that generation does not hold; then nothing was written. It answers the chats that were sent away. Two round trips.
func (s *Store) EndDevices(ctx context.Context, op string, ref flows.AccountRef, generation int, chat, other int64) (flows.DevicesListed, []int64, error) {
	tag, err := personTag(ref.Person)
	if err == nil {
		err = fit(op)
	}
	if err != nil {
		return flows.DevicesListed{}, nil, fmt.Errorf("end devices: %w", err)
	}
	keys := []string{s.keys.operation(tag, "end", op), s.keys.person(tag, ref.Person), s.keys.accounts(tag, ref.Person)}
	answer, err := s.run(ctx, "end_devices", keys, ref.ID, generation, chat, other, ttl(seenFor))
	if err != nil {
		return flows.DevicesListed{}, nil, fmt.Errorf("end devices: %w", err)
	}
	if answer[0] == "ended" {
		return flows.DevicesListed{Outcome: flows.Ended}, nil, nil
	}
	var gone []int64
	for _, c := range answer[2:] {
		gone = append(gone, number(c))
	}
	l, err := s.Devices(ctx, ref, int(number(answer[1])), chat)
	l.Out = len(gone)
	return l, gone, err
}

// LeaveDevice notes that a chat's login was ended in it. One round trip.
func (s *Store) LeaveDevice(ctx context.Context, op string, ref flows.AccountRef, chat int64) error {
	tag, err := personTag(ref.Person)
	if err == nil {
		err = fit(op)
	}
	if err != nil {
		return fmt.Errorf("leave device: %w", err)
	}
	keys := []string{s.keys.operation(tag, "leave", op), s.keys.accounts(tag, ref.Person)}
	if _, err := s.run(ctx, "leave_device", keys, ref.ID, chat, ttl(seenFor)); err != nil {
		return fmt.Errorf("leave device: %w", err)
	}
	return nil
}

// Told reads an account and the chats that hear of what concerns it; ErrNone without it. One round trip.
func (s *Store) Told(ctx context.Context, ref flows.AccountRef) (flows.Account, []int64, error) {
	sh, err := s.readShelf(ctx, ref.Person)
	if err != nil {
		return flows.Account{}, nil, fmt.Errorf("read whom to tell: %w", err)
	}
	a, err := s.account(sh, ref.ID)
	if err != nil {
		return flows.Account{}, nil, fmt.Errorf("read whom to tell: %w", err)
	}
	return a, sh.told(ref.ID), nil
}
