package storage

import (
	"fmt"
	"strconv"
	"strings"

	"guiwei/flows"
)

// Shard counts and the layout's version: for ever, for the meta key holds them and Open compares.
const (
	chatShards   = 256
	personShards = 256
	phoneShards  = 256
	layout       = 1
)

// keys names every key there is: prefix, hash tag of a shard, kind, and what it is about. One func per key.
//
//	{c17} a chat's shard   {p203} a person's   {t9} a phone's   {m9} an e-mail address's   {f80} a picture's print   {g} groups, roles,
//	invites, leases, meta
type keys struct{ prefix string }

func (k keys) name(tag, kind string) string { return k.prefix + "{" + tag + "}:" + kind }

// Tags of shards.
func chatTag(chat int64) string {
	shard := chat % chatShards
	if shard < 0 {
		shard = -shard
	}
	return "c" + strconv.FormatInt(shard, 10)
}

func phoneTag(shard int) string { return "t" + strconv.Itoa(shard) }

const groupTag = "g"

// printTag is the shard, one of as many as there are of persons, of what begins with two hex digits.
func printTag(digest string) string {
	shard, err := strconv.ParseUint(digest[:2], 16, 8)
	if err != nil {
		shard = 0
	}
	return "f" + strconv.FormatUint(shard, 10)
}

// personTag is the shard that a Person begins with: "203.9f86…" lives in {p203}.
func personTag(p flows.Person) (string, error) {
	shard, index, ok := strings.Cut(string(p), ".")
	n, err := strconv.Atoi(shard)
	if !ok || err != nil || n < 0 || n >= personShards || strconv.Itoa(n) != shard || !word(index) {
		return "", fmt.Errorf("person %w", ErrNone)
	}
	return "p" + shard, nil
}

// Chat shard.
func (k keys) conversation(chat int64) string {
	return k.name(chatTag(chat), "conv:"+strconv.FormatInt(chat, 10))
}

func (k keys) seen(chat int64, input string) string {
	return k.name(chatTag(chat), "seen:"+strconv.FormatInt(chat, 10)+":"+input)
}

func (k keys) inputs(chat int64) string {
	return k.name(chatTag(chat), "inputs:"+strconv.FormatInt(chat, 10))
}

func (k keys) missed(chat int64) string {
	return k.name(chatTag(chat), "missed:"+strconv.FormatInt(chat, 10))
}

func (k keys) tries(chat int64, input string) string {
	return k.name(chatTag(chat), "tries:"+strconv.FormatInt(chat, 10)+":"+input)
}

func (k keys) sent(chat int64) string {
	return k.name(chatTag(chat), "sent:"+strconv.FormatInt(chat, 10))
}

func (k keys) erasing(chat int64) string {
	return k.name(chatTag(chat), "erasing:"+strconv.FormatInt(chat, 10))
}

func (k keys) chatCodes(chat int64) string {
	return k.name(chatTag(chat), "codes:"+strconv.FormatInt(chat, 10))
}

func (k keys) chatNumbers(chat int64) string {
	return k.name(chatTag(chat), "numbers:"+strconv.FormatInt(chat, 10))
}

func (k keys) failures(chat int64) string {
	return k.name(chatTag(chat), "failures:"+strconv.FormatInt(chat, 10))
}

func (k keys) alarm(chat int64, name string) string {
	return k.name(chatTag(chat), "alarm:"+strconv.FormatInt(chat, 10)+":"+name)
}

// Outboxes and timers, in the shard of their owner.
func (k keys) out(tag, owner string) string    { return k.name(tag, "out:"+owner) }
func (k keys) parked(tag, owner string) string { return k.name(tag, "parked:"+owner) }
func (k keys) due(tag string) string           { return k.name(tag, "due") }
func (k keys) timers(tag string) string        { return k.name(tag, "timers") }

// audit is the chain of a person's shard, and of the groups'.
func (k keys) audit(tag string) string { return k.name(tag, "audit") }

// operation holds the answer of an operation, of any shard. One operation may call several scripts, each once.
func (k keys) operation(tag, script, op string) string { return k.name(tag, "op:"+script+":"+op) }

// Person shard. Hashes of a person; numbers and open are of the whole shard.
func (k keys) person(tag string, p flows.Person) string   { return k.name(tag, "person:"+string(p)) }
func (k keys) accounts(tag string, p flows.Person) string { return k.name(tag, "accounts:"+string(p)) }
func (k keys) cases(tag string, p flows.Person) string    { return k.name(tag, "cases:"+string(p)) }
func (k keys) quota(tag string, p flows.Person) string    { return k.name(tag, "quota:"+string(p)) }
func (k keys) records(tag string, p flows.Person) string  { return k.name(tag, "records:"+string(p)) }
func (k keys) gone(tag string, p flows.Person) string     { return k.name(tag, "gone:"+string(p)) }
func (k keys) receipt(tag, proof string) string           { return k.name(tag, "receipt:"+proof) }
func (k keys) numbers(tag string) string                  { return k.name(tag, "numbers") }
func (k keys) blobs(tag string) string                    { return k.name(tag, "blobs") }
func (k keys) looks(tag string) string                    { return k.name(tag, "looks") }
func (k keys) open(tag string) string                     { return k.name(tag, "open") }
func (k keys) figures(tag string) string                  { return k.name(tag, "figures") }
func (k keys) card(tag, no string) string                 { return k.name(tag, "card:"+no) }
func (k keys) told(tag, about string) string              { return k.name(tag, "told:"+about) }
func (k keys) shown(tag, no string) string                { return k.name(tag, "shown:"+no) }
func (k keys) answers(tag string, ref flows.AccountRef) string {
	return k.name(tag, "answers:"+string(ref.Person)+":"+ref.ID)
}

// Phone shard; index is the phone's blind index.
func (k keys) phone(tag, index string) string        { return k.name(tag, "phone:"+index) }
func (k keys) codes(tag, index string) string        { return k.name(tag, "codes:"+index) }
func (k keys) phoneNumbers(tag, index string) string { return k.name(tag, "numbers:"+index) }

// E-mail shard; index is the address's blind index.
func (k keys) email(tag, index string) string { return k.name(tag, "email:"+index) }

// Prints of pictures: what one was, and all with the same band, named by their digests; a person's are listed in its shard.
func (k keys) print(id string) string                   { return k.name(printTag(id), "print:"+id) }
func (k keys) band(digest string) string                { return k.name(printTag(digest), "band:"+digest) }
func (k keys) prints(tag string, p flows.Person) string { return k.name(tag, "prints:"+string(p)) }

// Groups, roles and what is one for all.
func (k keys) meta() string              { return k.name(groupTag, "meta") }
func (k keys) groups() string            { return k.name(groupTag, "groups") }
func (k keys) counselors() string        { return k.name(groupTag, "counselors") }
func (k keys) guests() string            { return k.name(groupTag, "guests") }
func (k keys) invite(code string) string { return k.name(groupTag, "invite:"+code) }
func (k keys) wishes() string            { return k.name(groupTag, "wishes") }
func (k keys) reviewers() string         { return k.name(groupTag, "reviewers") }
func (k keys) topics() string            { return k.name(groupTag, "topics") }
func (k keys) ended() string             { return k.name(groupTag, "ended") }
func (k keys) notices() string           { return k.name(groupTag, "notices") }
func (k keys) noticesDue() string        { return k.name(groupTag, "notices_due") }
func (k keys) heads() string             { return k.name(groupTag, "audit_heads") }
func (k keys) viewed(user int64) string {
	return k.name(groupTag, "viewed:"+strconv.FormatInt(user, 10))
}
func (k keys) replicas() string         { return k.name(groupTag, "replicas") }
func (k keys) sms(hour string) string   { return k.name(groupTag, "sms:"+hour) }
func (k keys) lease(name string) string { return k.name(groupTag, "lease:"+name) }

// word says whether s can be a part of a key or a field: not empty, no white space, no '|'.
func word(s string) bool { return s != "" && !strings.ContainsAny(s, " \t\r\n|{}") }

// tags lists the shards that hold outboxes and timers.
func tags() []string {
	all := make([]string, 0, chatShards+personShards)
	for i := range chatShards {
		all = append(all, "c"+strconv.Itoa(i))
	}
	for i := range personShards {
		all = append(all, "p"+strconv.Itoa(i))
	}
	return all
}
