package telegram

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"
)

// Kinds of failed calls, for errors.Is.
var (
	// ErrBlocked: this chat cannot be written to (blocked, deactivated, kicked).
	ErrBlocked = errors.New("chat is closed to the bot")
	// ErrNotModified: the message already looks so. Edits take it as success.
	ErrNotModified = errors.New("message is not modified")
	// ErrGone: the message to edit or delete is not there or too old for it.
	ErrGone = errors.New("message cannot be changed")
	// ErrQueryTooOld: the tap can no longer be answered.
	ErrQueryTooOld = errors.New("query is too old")
	// ErrMigrated: the group became a supergroup, see Error.MigrateTo.
	ErrMigrated = errors.New("group has migrated")
	// ErrNoMember: Telegram knows no such user in the chat.
	ErrNoMember = errors.New("user is not in the chat")
	// ErrRetry: the same call may succeed later, see Error.RetryAfter and Unsure.
	ErrRetry = errors.New("try again later")
	// ErrRejected: Telegram refuses this call for ever.
	ErrRejected = errors.New("call is refused")
	// ErrUnauthorized: the token is wrong or revoked.
	ErrUnauthorized = errors.New("token is refused")
	// ErrConflict: another poller or a webhook receives the updates.
	ErrConflict = errors.New("updates are received elsewhere")
	// ErrTooBig: the file is larger than the caller or Telegram allows.
	ErrTooBig = errors.New("file is too big")
)

// Error is a failed call. It never holds the token, a URL, or Telegram's
// description, which may quote what a person wrote.
type Error struct {
	Method     string
	Code       int           // HTTP status or error_code; 0 when there was no answer
	Kind       error         // one of the sentinels above
	Reason     string        // fixed words, or the redacted cause of a transport error
	RetryAfter time.Duration // as Telegram asks, 0 if it does not
	MigrateTo  int64         // the new chat id, with ErrMigrated
	Unsure     bool          // the call may have taken effect although it failed
	ended      error         // context.Canceled or DeadlineExceeded
}

func (e *Error) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "telegram %s: %v", e.Method, e.Kind)
	if e.Code != 0 {
		fmt.Fprintf(&b, " (%d)", e.Code)
	}
	if e.Reason != "" {
		fmt.Fprintf(&b, ": %s", e.Reason)
	}
	if e.RetryAfter > 0 {
		fmt.Fprintf(&b, ", after %s", e.RetryAfter)
	}
	return b.String()
}

// Unwrap gives the kind and, for a call cut short, the context's error.
func (e *Error) Unwrap() []error {
	if e.ended != nil {
		return []error{e.Kind, e.ended}
	}
	return []error{e.Kind}
}

// refusals maps Telegram's descriptions, which are no part of its contract and
// are therefore matched loosely, to kinds and to words safe to log.
var refusals = []struct {
	says   string
	kind   error
	reason string
}{
	{"message is not modified", ErrNotModified, ""},
	{"message to edit not found", ErrGone, "not found"},
	{"message can't be edited", ErrGone, "not editable"},
	{"message_id_invalid", ErrGone, "not found"},
	{"message to delete not found", ErrGone, "not found"},
	{"message can't be deleted", ErrGone, reasonUndeletable},
	{"message identifier is not specified", ErrGone, "not found"},
	{"query is too old", ErrQueryTooOld, ""},
	{"query id is invalid", ErrQueryTooOld, ""},
	{"file is too big", ErrTooBig, ""},
	{"can't parse entities", ErrRejected, "bad entities"},
	{"message is too long", ErrRejected, "text too long"},
	{"caption is too long", ErrRejected, "caption too long"},
	{"text is empty", ErrRejected, "empty text"},
	{"text must be non-empty", ErrRejected, "empty text"},
	{"button_data_invalid", ErrRejected, "bad button data"},
	{"reply markup", ErrRejected, "bad keyboard"},
	{"chat not found", ErrRejected, "chat not found"},
	{"user not found", ErrNoMember, ""},
	{"participant_id_invalid", ErrNoMember, ""},
	{"not enough rights", ErrRejected, "not enough rights"},
	{"have no rights", ErrRejected, "not enough rights"},
	{"message thread not found", ErrRejected, "topic not found"},
	{"topic_closed", ErrRejected, "topic closed"},
	{"message to be replied not found", ErrRejected, "replied message not found"},
	{"wrong file", ErrRejected, "bad file"},
	{"invalid file", ErrRejected, "bad file"},
	{"image_process_failed", ErrRejected, "bad picture"},
	{"photo_invalid", ErrRejected, "bad picture"},
	{"bad webhook", ErrRejected, "bad webhook"},
}

const reasonUndeletable = "not deletable"

// refusal names the kind of an answer that said no.
func refusal(method string, code int, description string) *Error {
	e := &Error{Method: method, Code: code}
	switch code {
	case http.StatusUnauthorized:
		e.Kind = ErrUnauthorized
		return e
	case http.StatusNotFound:
		e.Kind, e.Reason = ErrUnauthorized, "no such bot or method"
		return e
	case http.StatusForbidden:
		e.Kind = ErrBlocked
		return e
	case http.StatusConflict:
		e.Kind = ErrConflict
		return e
	case http.StatusRequestEntityTooLarge:
		e.Kind = ErrTooBig
		return e
	}
	if code < 400 || code >= 500 {
		e.Kind, e.Unsure = ErrRetry, true
		return e
	}
	e.Kind = ErrRejected
	said := strings.ToLower(description)
	for _, r := range refusals {
		if strings.Contains(said, r.says) {
			e.Kind, e.Reason = r.kind, r.reason
			return e
		}
	}
	return e
}

// endedBy keeps the context's error of a transport failure and drops the rest,
// so that nothing with a URL in it stays reachable.
func endedBy(err error) error {
	switch {
	case errors.Is(err, context.Canceled):
		return context.Canceled
	case errors.Is(err, context.DeadlineExceeded):
		return context.DeadlineExceeded
	default:
		return nil
	}
}
