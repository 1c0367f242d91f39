// Package tap writes and reads callback data, "v1.<subject>.<turn>.<act>.<mac>", at most 64 bytes (Bot API limit).
//
// The subject is "0" for a button that is valid everywhere, "f<frame>" for a question's own, "s<subject>" for one about
// a case or a person; numbers are base 36. The mac binds the whole to our key and to the chat: nobody
// can make a button of their own, or carry one elsewhere.
package tap

import (
	"fmt"
	"strconv"
	"strings"

	"guiwei/flows"
)

const version = "v1"

// Signer makes and checks macs of 8 base64url characters.
type Signer interface {
	SignTap(data string) string
	CheckTap(data, mac string) bool
}

// Data is what Telegram sends back when the button is tapped.
func Data(s Signer, chat int64, b flows.Button) string {
	subject := "0"
	switch {
	case b.About != "":
		subject = "s" + b.About
	case b.Frame > 0:
		subject = "f" + strconv.FormatInt(int64(b.Frame), 36)
	}
	data := fmt.Sprintf("%s.%s.%s.%s", version, subject, strconv.FormatInt(int64(b.Turn), 36), b.Act)
	return data + "." + s.SignTap(bound(data, chat))
}

// bound is what the mac is of: a button works in the chat it was shown in, nowhere else.
func bound(data string, chat int64) string { return data + "|" + strconv.FormatInt(chat, 10) }

// Read fills an input with what a tapped button says; false where the data is forged, damaged or of another version.
func Read(s Signer, chat int64, text string, in *flows.Input) bool {
	cut := strings.LastIndexByte(text, '.')
	if cut < 0 || !s.CheckTap(bound(text[:cut], chat), text[cut+1:]) {
		return false
	}
	parts := strings.SplitN(text[:cut], ".", 4)
	if len(parts) != 4 || parts[0] != version || parts[1] == "" {
		return false
	}
	turn, err := strconv.ParseInt(parts[2], 36, 32)
	if err != nil {
		return false
	}
	in.Act, in.Turn = parts[3], int(turn)
	switch rest := parts[1][1:]; parts[1][0] {
	case 's':
		in.Subject = rest
	case 'f':
		frame, err := strconv.ParseInt(rest, 36, 32)
		in.Frame = int(frame)
		return err == nil && frame > 0
	}
	return true
}
