package effects

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strconv"
	"unicode/utf8"

	"guiwei/bot/crash"
	"guiwei/bot/engine"
	"guiwei/bot/photo"
	"guiwei/bot/photo/markup"
	"guiwei/bot/telegram"
	"guiwei/flows"
	"guiwei/storage"
)

// examine fetches a picture, has the photo room judge and compress it, and seals the result.
func (r *Runner) examine(ctx context.Context, t engine.Task, e flows.Examine) (flows.Answer, error) {
	room := r.Room.Examine
	if e.Anyway {
		room = r.Room.ExamineAnyway
	}
	a, seen, err := r.look(ctx, t, e.File, room)
	a.Side = e.Side
	if err != nil || a.Verdict == string(photo.Reject) {
		return a, err
	}
	blob, err := r.keepPhoto(ctx, t, e, seen.JPEG)
	if err != nil {
		return nil, fmt.Errorf("keep photo: %w", err)
	}
	r.Crash.At(crash.PhotoStored)
	a.Photo = flows.Photo{Blob: blob, Bytes: len(seen.JPEG), Width: seen.Width, Height: seen.Height,
		SHA256: a.SHA256, DHash: seen.DHash, Flags: flags(e, seen)}
	return a, nil
}

// flags are what a reviewer should know of a picture: doubts, and how it came.
func flags(e flows.Examine, seen photo.Result) []string {
	var list []string
	if e.Anyway {
		list = append(list, "anyway")
	}
	for _, reason := range seen.Reasons {
		list = append(list, string(reason))
	}
	if e.File.Forward {
		list = append(list, "forwarded")
	}
	return append(list, seen.Traces...)
}

// look fetches a picture and has the photo room judge it. Nothing of it is kept but, for a moment, the small copy to be
// shown back.
func (r *Runner) look(ctx context.Context, t engine.Task, f flows.File, room func(context.Context, []byte) (photo.Result, error)) (flows.Examined, photo.Result, error) {
	a := flows.Examined{Verdict: string(photo.Reject), Document: f.Document}
	if err := r.Pictures.SendChatAction(ctx, t.Owner.Chat, 0, "upload_photo"); errors.Is(err, telegram.ErrBlocked) {
		return a, photo.Result{}, err
	}
	leave, err := r.goIn(ctx, t)
	if err != nil {
		return a, photo.Result{}, err
	}
	defer leave()
	raw, err := r.Pictures.Download(ctx, f.ID, photo.MaxSourceBytes)
	if errors.Is(err, telegram.ErrTooBig) {
		a.Reasons = []string{string(photo.TooLarge)}
		return a, photo.Result{}, nil
	}
	if errors.Is(err, telegram.ErrRejected) || errors.Is(err, telegram.ErrGone) {
		return a, photo.Result{}, nil // Telegram does not hand it out: no reason of the picture's, it is asked for again
	}
	if err != nil {
		return a, photo.Result{}, err
	}
	r.Crash.At(crash.PhotoFetched)
	seen, err := room(ctx, raw)
	if err != nil {
		return a, seen, fmt.Errorf("examine: %w", err)
	}
	a.Verdict, a.Kind, a.Source, a.Notes = string(seen.Verdict), seen.Kind, seen.SourceBytes, seen.Notes
	a.Marks, a.DHash, a.SHA256 = marks(seen), seen.DHash, r.Vault.PhotoDigest(seen.SHA256)
	for _, reason := range seen.Reasons {
		a.Reasons = append(a.Reasons, string(reason))
	}
	if seen.Small != nil {
		pic, err := markup.Draw(seen.Small, places(a.Marks))
		if err != nil {
			return a, seen, err
		}
		r.small.put(f, pic)
	}
	return a, seen, nil
}

// about is what a sealed picture is bound to.
func about(p flows.Person, side string) string { return string(p) + "|" + side }

// showPhotos sends both pictures to the reviewer who has the case, protected. Ones sent before go first.
func (r *Runner) showPhotos(ctx context.Context, t engine.Task, e flows.ShowPhotos) error {
	c, err := r.Store.Case(ctx, e.No)
	if err != nil {
		return err
	}
	if c.Reviewer.User != t.Owner.Chat || c.State != flows.CaseClaimed {
		return nil
	}
	if err := r.unshow(ctx, e.No); err != nil {
		return err
	}
	lang, err := r.tongue(ctx, t.Owner.Chat)
	if err != nil {
		return err
	}
	if err := r.Store.NoteDeed(ctx, t.Op+".view", storage.Deed{At: r.Clock.Now(), By: t.Owner.Chat, Do: "view", Case: c.No, Version: c.Version}); err != nil {
		return err // nobody sees what nobody notes
	}
	var sent []int
	for _, side := range []struct {
		name  string
		photo flows.Photo
	}{{"front", c.Front}, {"back", c.Back}} {
		jpeg, err := r.Photos.Get(ctx, about(c.Person, side.name), side.photo.Blob)
		if err != nil {
			return fmt.Errorf("open photo: %w", err)
		}
		if jpeg, err = r.Room.Watermark(ctx, jpeg, r.marks(lang, c)...); err != nil {
			return err
		}
		caption := flows.Say("photos.caption."+side.name, "case", c.No, "name", c.Reviewer.Name, "at", flows.Clock(r.Clock.Now()))
		id, err := r.Pictures.SendPhoto(ctx, telegram.Outgoing{Chat: t.Owner.Chat, Protect: true, Text: r.words(lang, caption)},
			telegram.Upload{Name: side.name + ".jpg", Bytes: jpeg})
		if err != nil {
			return err
		}
		sent = append(sent, id)
		if err := r.Store.NotePhotos(ctx, c.No, t.Owner.Chat, sent, r.Clock.Now()); err != nil {
			return err
		}
	}
	r.Crash.At(crash.PhotosShown)
	return nil
}

// longName is how many characters of a reviewer's name fit a mark that is to be seen whole.
const longName = 12

// marks are what may be written over a case's pictures, the best first: purpose, case, who looks at it, by name where that
// can be drawn and by Telegram id otherwise, and when.
func (r *Runner) marks(lang string, c flows.CaseView) []string {
	names := []string{c.Reviewer.Name, strconv.FormatInt(c.Reviewer.User, 10)}
	if utf8.RuneCountInString(names[0]) > longName {
		names = names[1:]
	}
	texts := make([]string, len(names))
	for i, name := range names {
		mark := flows.Say("photos.mark", "case", c.No, "name", name, "at", flows.Soon(r.Clock.Now()))
		texts[i] = mark.Plain(lang)
	}
	return texts
}

// clearPhotos deletes a case's pictures from its reviewer's chat, unless that reviewer has the case in hand again.
func (r *Runner) clearPhotos(ctx context.Context, e flows.ClearPhotos) error {
	c, err := r.Store.Case(ctx, e.No)
	if err != nil {
		return err
	}
	if chat, _, err := r.Store.TakePhotos(ctx, e.No); err != nil || (c.State == flows.CaseClaimed && c.Reviewer.User == chat) {
		return err
	}
	return r.unshow(ctx, e.No)
}

// unshow deletes the pictures that were sent of a case.
func (r *Runner) unshow(ctx context.Context, no string) error {
	chat, messages, err := r.Store.TakePhotos(ctx, no)
	if err != nil {
		return err
	}
	stay, err := r.deleteAll(ctx, chat, messages)
	if err != nil {
		return err
	}
	if stay > 0 {
		r.Log.LogAttrs(ctx, slog.LevelError, "pictures stay in a reviewer's chat: Telegram deletes nothing older than 48 h",
			slog.String("case", no), slog.Int("messages", stay))
	}
	r.Crash.At(crash.PhotosCleared)
	if len(messages) == 0 {
		return nil
	}
	return r.Store.NotePhotos(ctx, no, chat, nil, r.Clock.Now())
}
