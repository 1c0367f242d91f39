package storagetest

import (
	"bufio"
	"errors"
	"io"
	"strings"
	"testing"
)

func TestEachReplyEndsWhereTheNextBegins(t *testing.T) {
	t.Parallel()
	replies := []string{
		"+OK\r\n", "-ERR no\r\n", ":-12\r\n", "$0\r\n\r\n", "$5\r\na\r\nb\n\r\n", "$-1\r\n", "*-1\r\n", "*0\r\n",
		"*2\r\n$1\r\na\r\n*1\r\n:1\r\n", "_\r\n", "#t\r\n", ",1.5\r\n", "(123\r\n", "!3\r\nERR\r\n", "=5\r\ntxt:a\r\n",
		"%1\r\n+k\r\n*1\r\n+v\r\n", "~2\r\n:1\r\n:2\r\n", "|1\r\n+ttl\r\n:3\r\n+value\r\n", "%0\r\n",
	}
	r := bufio.NewReader(strings.NewReader(strings.Join(replies, "")))
	for _, want := range replies {
		got, push, err := readReply(r)
		if err != nil || push || string(got) != want {
			t.Errorf("read %q, push %v, %v, want %q", got, push, err, want)
		}
	}
	if _, _, err := readReply(r); !errors.Is(err, io.EOF) {
		t.Errorf("behind the last: %v", err)
	}
}

func TestPushAnswersNoCommand(t *testing.T) {
	t.Parallel()
	_, push, err := readReply(bufio.NewReader(strings.NewReader(">2\r\n+invalidate\r\n_\r\n")))
	if err != nil || !push {
		t.Errorf("push %v, %v", push, err)
	}
}

func TestCommandIsNamed(t *testing.T) {
	t.Parallel()
	r := bufio.NewReader(strings.NewReader("*1\r\n$4\r\nping\r\n*3\r\n$3\r\nset\r\n$1\r\nk\r\n$2\r\n\r\n\r\n"))
	for _, want := range []string{"PING", "SET"} {
		if _, name, err := readCommand(r); err != nil || name != want {
			t.Errorf("named %q, %v, want %q", name, err, want)
		}
	}
}

func TestWhatIsNoReplyIsAnError(t *testing.T) {
	t.Parallel()
	for _, bad := range []string{"", "\n", "?1\r\n", "$x\r\n", "$-2\r\n", "$5\r\nab", "*2\r\n+a\r\n", "$999999999999\r\n", "|1\r\n+a\r\n+b\r\n"} {
		if got, _, err := readReply(bufio.NewReader(strings.NewReader(bad))); err == nil {
			t.Errorf("%q read as %q", bad, got)
		}
	}
	if _, _, err := readCommand(bufio.NewReader(strings.NewReader("PING\r\n"))); err == nil {
		t.Error("an inline command read")
	}
}
