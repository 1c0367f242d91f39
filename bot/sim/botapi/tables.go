package botapi

import (
	"bytes"
	"fmt"
	"image"
	_ "image/jpeg" // photos of the bot
	_ "image/png"  // and its drawings
	"net/url"
	"regexp"
)

// What the specification's sentences do not say in a form that could be read, each with where it stands.

// parseModes are the values of parse_mode (core.telegram.org/bots/api#formatting-options).
func parseModes() []string { return []string{"HTML", "MarkdownV2", "Markdown"} }

const (
	mega = 1 << 20

	maxPhotoBytes = 10 * mega // core.telegram.org/bots/api#sending-files: "10 MB max size for photos, 50 MB for other files"
	maxFileBytes  = 50 * mega
	maxDownload   = 20 * mega // getFile: "bots can download files of up to 20MB in size"
	photoSides    = 10_000    // sendPhoto: "width and height must not exceed 10000 in total"
	photoRatio    = 20        // sendPhoto: "Width and height ratio must be at most 20"
	maxPayload    = 64        // core.telegram.org/bots/features#deep-linking: "up to 64 characters", A-Z, a-z, 0-9, _ and -
)

var (
	deepLink = regexp.MustCompile(`(?:https?://t\.me/|tg://resolve\?)[^\s"<>]*`)
	payload  = regexp.MustCompile(`^[A-Za-z0-9_-]{0,64}$`)
)

// links judges the deep links in a text or on a button.
func links(at, text string) []Complaint {
	var found []Complaint
	for _, link := range deepLink.FindAllString(text, -1) {
		parts, err := url.Parse(link)
		if err != nil {
			continue // plain text to Telegram as well
		}
		for _, name := range []string{"start", "startgroup"} {
			value := parts.Query().Get(name)
			if len(value) > maxPayload {
				found = append(found, Complaint{at, fmt.Sprintf("%s= of a deep link has %d characters, at most %d", name, len(value), maxPayload), true})
			} else if !payload.MatchString(value) {
				found = append(found, Complaint{at, name + "= of a deep link has letters that are not allowed", false})
			}
		}
	}
	return found
}

// upload judges a file that a call brings.
func upload(at string, content []byte, photo bool) []Complaint {
	most := maxFileBytes
	if photo {
		most = maxPhotoBytes
	}
	if len(content) < 1 || len(content) > most {
		return []Complaint{{at, fmt.Sprintf("%d bytes, 1-%d allowed", len(content), most), true}}
	}
	if !photo {
		return nil
	}
	found, _, err := image.DecodeConfig(bytes.NewReader(content))
	if err != nil {
		return nil // another format: the server judges it
	}
	long, short := max(found.Width, found.Height), max(1, min(found.Width, found.Height))
	if long+short > photoSides || long > photoRatio*short {
		return []Complaint{{at, fmt.Sprintf("a photo of %d x %d: at most %d in total and 1:%d", found.Width, found.Height, photoSides, photoRatio), true}}
	}
	return nil
}
