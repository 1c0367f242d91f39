package main_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"maps"
	"mime"
	"mime/multipart"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"guiwei/storage/vault"
)

// eavesdropper hears every file that the bot sends to Telegram.
type eavesdropper struct {
	http.Handler
	mu    sync.Mutex
	files [][]byte
}

func (e *eavesdropper) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if kind, attrs, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err == nil && kind == "multipart/form-data" {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		e.hear(multipart.NewReader(bytes.NewReader(body), attrs["boundary"]))
		r.Body = io.NopCloser(bytes.NewReader(body))
	}
	e.Handler.ServeHTTP(w, r)
}

func (e *eavesdropper) hear(parts *multipart.Reader) {
	for {
		part, err := parts.NextPart()
		if err != nil {
			return
		}
		content, err := io.ReadAll(part)
		if err == nil && part.FileName() != "" {
			e.mu.Lock()
			e.files = append(e.files, content)
			e.mu.Unlock()
		}
	}
}

// barePictures wants every picture that was sent so far, and every one that is stored now, to hold nothing but itself.
func (p *play) barePictures() error {
	stored, err := p.opened()
	if err != nil {
		return err
	}
	p.uploads.mu.Lock()
	all := append(stored, p.uploads.files...)
	p.uploads.mu.Unlock()
	for _, picture := range all {
		if err := bare(picture); err != nil {
			return err
		}
	}
	return nil
}

// opened are the pictures of the store, out of their seals: each opens about one side of one person.
func (p *play) opened() ([][]byte, error) {
	entries, err := os.ReadDir(filepath.Join(p.dir, "photos"))
	if err != nil || len(entries) == 0 {
		return nil, err
	}
	v, err := vault.OpenFile(p.setting("KEYS_FILE"))
	if err != nil {
		return nil, err
	}
	persons, err := p.hashes("accounts")
	if err != nil {
		return nil, err
	}
	var all [][]byte
	for _, entry := range entries {
		sealed, err := os.ReadFile(filepath.Join(p.dir, "photos", entry.Name()))
		if err != nil {
			return nil, err
		}
		picture, ok := unsealed(v, sealed, entry.Name(), slices.Collect(maps.Keys(persons)))
		if !ok {
			return nil, fmt.Errorf("a stored picture is nobody's")
		}
		all = append(all, picture)
	}
	return all, nil
}

func unsealed(v *vault.Vault, sealed []byte, blob string, keys []string) ([]byte, bool) {
	for _, key := range keys {
		_, person, _ := strings.Cut(key, "accounts:")
		for _, side := range []string{"front", "back"} {
			if picture, err := v.UnsealPicture(sealed, "photo|"+person+"|"+side+"|"+blob); err == nil {
				return picture, true
			}
		}
	}
	return nil, false
}

// bare walks a JPEG from mark to mark (ITU T.81, annex B): tables, frames, scans and a JFIF head without a thumbnail, an
// Adobe mark of 12 bytes at most; no EXIF, no profile, no comment, and nothing behind its end.
func bare(picture []byte) error {
	if bytes.Contains(picture, []byte("canary")) {
		return errors.New("a picture holds what came with it")
	}
	if !bytes.HasPrefix(picture, []byte("\xff\xd8")) {
		return errors.New("a picture is no JPEG")
	}
	at := 2
	for at+4 <= len(picture) {
		if picture[at] != 0xff {
			return fmt.Errorf("no mark at %d", at)
		}
		mark, length := picture[at+1], int(picture[at+2])<<8|int(picture[at+3])
		if mark == 0xd9 {
			break
		}
		body := picture[min(at+4, len(picture)):min(at+2+length, len(picture))]
		jfif := mark == 0xe0 && bytes.HasPrefix(body, []byte("JFIF\x00")) && len(body) == 14 && body[12] == 0 && body[13] == 0
		adobe := mark == 0xee && bytes.HasPrefix(body, []byte("Adobe")) && len(body) == 12
		if (mark >= 0xe0 && mark <= 0xef || mark == 0xfe) && !jfif && !adobe {
			return fmt.Errorf("a picture holds a segment %x of %d bytes", mark, length)
		}
		at += 2 + length
		if mark == 0xda {
			at += scan(picture[at:])
		}
	}
	if at+2 != len(picture) || picture[at+1] != 0xd9 {
		return fmt.Errorf("a picture ends at %d of %d bytes", at, len(picture))
	}
	return nil
}

// scan is how long the coded part is: 0xff is followed by 0 or a restart mark in it.
func scan(coded []byte) int {
	for i := 0; i+1 < len(coded); i++ {
		if coded[i] == 0xff && coded[i+1] != 0 && (coded[i+1] < 0xd0 || coded[i+1] > 0xd7) {
			return i
		}
	}
	return len(coded)
}

// dirty puts into a JPEG what cameras and programs do: a thumbnail, EXIF with a place, a profile, XMP, a comment, and bytes
// behind its end. It is upright.
func dirty(plain []byte) []byte {
	segment := func(mark byte, body string) string {
		return "\xff" + string([]byte{mark, byte((len(body) + 2) >> 8), byte(len(body) + 2)}) + body
	}
	out := "\xff\xd8" + segment(0xe0, "JFIF\x00\x01\x02\x00\x00\x01\x00\x01\x02\x01canary") +
		segment(0xe1, "Exif\x00\x00MM\x00\x2a\x00\x00\x00\x08\x00\x01\x88\x25\x00\x04\x00\x00\x00\x01\x00\x00\x00\x1a\x00\x00\x00\x00canary of GPS") +
		segment(0xe1, "http://ns.adobe.com/xap/1.0/\x00<canary/>") + segment(0xe2, "ICC_PROFILE\x00\x01\x01canary") +
		segment(0xed, "Photoshop 3.0\x00canary") + segment(0xfe, "canary 990101200001010014")
	return []byte(out + string(plain[2:]) + "\xff\xd8canary, another picture\xff\xd9")
}

// Rows: T18
//
// TestWhatCameWithAPictureIsFound holds the judge of all stories to what it must find; what no camera put there passes.
func TestWhatCameWithAPictureIsFound(t *testing.T) {
	t.Parallel()
	plain := jpegOf(drawing(1, 320, 240), 80)
	if err := bare(plain); err != nil {
		t.Error(err)
	}
	all := dirty(plain)
	for _, worse := range [][]byte{all, turned(plain), append(slices.Clone(plain), 0), bytes.ReplaceAll(all, []byte("canary"), []byte("......")), plain[:len(plain)-2], pngOf(drawing(1, 9, 9))} {
		if bare(worse) == nil {
			t.Errorf("%d bytes pass", len(worse))
		}
	}
}
