package effects

import (
	"bytes"
	"context"
	"errors"
	"html"
	"image"
	"image/jpeg"
	"log/slog"
	"regexp"
	"sync"
	"unicode/utf16"

	"guiwei/bot/crash"
	"guiwei/bot/engine"
	"guiwei/bot/photo"
	"guiwei/bot/photo/markup"
	"guiwei/bot/telegram"
	"guiwei/flows"
)

// captionLimit is how many characters Telegram takes under a picture (Bot API, sendPhoto).
const captionLimit = 1024

// showMarked says something under the student's own picture, marked. Where the words are too many for a caption, the
// question follows in a message of its own. Without the picture the words go alone: ok is false.
func (r *Runner) showMarked(ctx context.Context, t engine.Task, e flows.Show) (out engine.Outcome, ok bool, err error) {
	pic, err := r.marked(ctx, *e.Marked)
	if err != nil {
		if ctx.Err() != nil {
			return out, false, ctx.Err()
		}
		r.Log.LogAttrs(ctx, slog.LevelInfo, "answer without its picture", slog.String("cause", err.Error()))
		return out, false, nil
	}
	o := r.outgoing(t, e, r.text(e))
	whole := fits(o.Text)
	if !whole {
		o.Keyboard, o.Text = nil, r.text(flows.Show{Header: e.Header, Note: e.Note, Lang: e.Lang})
	}
	id, err := r.Pictures.SendPhoto(ctx, o, telegram.Upload{Name: "shown.jpg", Bytes: pic})
	if errors.Is(err, telegram.ErrRejected) {
		return out, false, nil
	}
	if err == nil {
		err = r.Store.NoteSent(ctx, t.Owner.Chat, r.Clock.Now(), id)
	}
	if err != nil {
		return out, false, err
	}
	if !whole {
		id, err = r.Messages.SendMessage(ctx, r.outgoing(t, e, r.text(flows.Show{Ask: e.Ask, Lang: e.Lang})))
		if err != nil {
			return out, false, err
		}
	}
	r.small.drop(*e.Marked)
	r.Crash.At(crash.Shown)
	return engine.Outcome{Live: id, Then: r.strip(t, e)}, true, nil
}

var tag = regexp.MustCompile(`<[^>]*>`)

// fits says whether a text may stand under a picture, counted as Telegram does: parsed, in UTF-16.
func fits(text string) bool {
	return len(utf16.Encode([]rune(html.UnescapeString(tag.ReplaceAllString(text, ""))))) <= captionLimit
}

// marked draws one picture, or several beside each other.
func (r *Runner) marked(ctx context.Context, m flows.Marked) ([]byte, error) {
	drawn := make([][]byte, len(m.Pictures))
	for i, p := range m.Pictures {
		pic, err := r.draw(ctx, p)
		if err != nil {
			return nil, err
		}
		drawn[i] = pic
	}
	if len(drawn) == 1 {
		return drawn[0], nil
	}
	list := make([]image.Image, len(drawn))
	for i, raw := range drawn {
		pic, err := jpeg.Decode(bytes.NewReader(raw))
		if err != nil {
			return nil, err
		}
		list[i] = pic
	}
	return markup.Beside(list...)
}

// draw is one small picture with its marks: the one made when it was judged, or one made anew where another replica judged it.
func (r *Runner) draw(ctx context.Context, p flows.MarkedFile) ([]byte, error) {
	if pic := r.small.take(p.File); pic != nil {
		return pic, nil
	}
	raw, err := r.Pictures.Download(ctx, p.File.ID, photo.MaxSourceBytes)
	if err != nil {
		return nil, err
	}
	small, err := r.Room.Small(ctx, raw)
	if err != nil {
		return nil, err
	}
	return markup.Draw(small, places(p.Marks))
}

// marksShown is how many marks are drawn: more would hide the picture.
const marksShown = 3

func places(marks []flows.Mark) []markup.Mark {
	list := make([]markup.Mark, 0, marksShown)
	for _, m := range marks[:min(len(marks), marksShown)] {
		list = append(list, markup.Mark{Left: m.Left, Top: m.Top, Right: m.Right, Bottom: m.Bottom})
	}
	return list
}

// marks are the places of a judge's findings, in their order.
func marks(seen photo.Result) []flows.Mark {
	var list []flows.Mark
	for _, f := range seen.Findings {
		s := f.Share(seen.Seen)
		part := func(v float64) int { return int(v * markup.Whole) }
		list = append(list, flows.Mark{Reason: string(f.Reason), Left: part(s.Left), Top: part(s.Top), Right: part(s.Right), Bottom: part(s.Bottom)})
	}
	return list
}

// smalls remembers, for the moment until they are shown, the small pictures of what was just judged. It is a convenience:
// whatever is not in it is fetched again.
type smalls struct {
	mu    sync.Mutex
	order []string
	by    map[string][]byte
}

// smallsKept bounds it: 64 pictures of at most 100 KB.
const smallsKept = 64

func (s *smalls) put(f flows.File, pic []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.by == nil {
		s.by = map[string][]byte{}
	}
	if s.by[f.ID] == nil {
		s.order = append(s.order, f.ID)
	}
	s.by[f.ID] = pic
	for len(s.order) > smallsKept {
		delete(s.by, s.order[0])
		s.order = s.order[1:]
	}
}

func (s *smalls) take(f flows.File) []byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.by[f.ID]
}

// drop forgets what was shown.
func (s *smalls) drop(m flows.Marked) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, p := range m.Pictures {
		delete(s.by, p.File.ID)
	}
}
