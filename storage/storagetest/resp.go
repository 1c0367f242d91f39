package storagetest

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// maxBulk is the longest string the Redis protocol carries.
const maxBulk = 512 << 20

// readCommand reads one command, an array of bulk strings, and answers its bytes as they came and its name in upper case.
func readCommand(r *bufio.Reader) (raw []byte, name string, err error) {
	first, err := r.Peek(1)
	if err != nil {
		return nil, "", err
	}
	if first[0] != '*' {
		return nil, "", fmt.Errorf("command begins with %q, not with an array", first)
	}
	if raw, err = readValue(r, nil); err != nil {
		return nil, "", err
	}
	parts := strings.SplitN(string(raw), "\r\n", 4)
	if len(parts) < 4 {
		return raw, "", nil
	}
	return raw, strings.ToUpper(parts[2]), nil
}

// readReply reads one value of RESP2 or RESP3 and says whether it is a push, which answers no command.
func readReply(r *bufio.Reader) (raw []byte, push bool, err error) {
	first, err := r.Peek(1)
	if err != nil {
		return nil, false, err
	}
	push = first[0] == '>'
	raw, err = readValue(r, nil)
	return raw, push, err
}

// readValue appends one whole value, with all it holds, to raw (github.com/redis/redis-specifications, RESP3).
func readValue(r *bufio.Reader, raw []byte) ([]byte, error) {
	line, err := r.ReadBytes('\n')
	if err != nil {
		return nil, err
	}
	raw = append(raw, line...)
	if len(line) < 3 {
		return nil, errors.New("protocol line without a type")
	}
	switch line[0] {
	case '+', '-', ':', '_', ',', '#', '(':
		return raw, nil
	case '$', '=', '!':
		return readBulk(r, raw, line)
	case '*', '~', '>':
		return readMany(r, raw, line, 1)
	case '%':
		return readMany(r, raw, line, 2)
	case '|': // attributes stand before the value they belong to
		if raw, err = readMany(r, raw, line, 2); err != nil {
			return nil, err
		}
		return readValue(r, raw)
	}
	return nil, fmt.Errorf("protocol type %q unknown", line[0])
}

func readBulk(r *bufio.Reader, raw, line []byte) ([]byte, error) {
	length, err := size(line)
	if err != nil || length < 0 {
		return raw, err
	}
	if length > maxBulk {
		return nil, errors.New("protocol string too long")
	}
	at := len(raw)
	raw = append(raw, make([]byte, length+2)...)
	if _, err := io.ReadFull(r, raw[at:]); err != nil {
		return nil, err
	}
	return raw, nil
}

func readMany(r *bufio.Reader, raw, line []byte, each int) ([]byte, error) {
	count, err := size(line)
	if err != nil {
		return nil, err
	}
	for range count * each {
		if raw, err = readValue(r, raw); err != nil {
			return nil, err
		}
	}
	return raw, nil
}

// size reads the number of a line such as "$12\r\n"; -1 stands for null.
func size(line []byte) (int, error) {
	n, err := strconv.Atoi(strings.TrimSpace(string(line[1:])))
	if err != nil || n < -1 {
		return 0, errors.New("protocol length unreadable")
	}
	return n, nil
}
