package effects

import (
	"context"
	"errors"
	"strconv"
	"time"

	"guiwei/bot/paper"
	"guiwei/bot/telegram"
	"guiwei/flows"
	"guiwei/storage"
)

// digestHour is when the reviewers' group hears of its day, in China.
const digestHour = 18

// Digest tells the reviewers' group of its day once, from 18:00 on: figures as a picture, and as text below it. A day on which
// nothing waited and nothing was decided is passed over.
func (r *Runner) Digest(ctx context.Context) error {
	now := r.Clock.Now()
	local := flows.Shanghai(now)
	if local.Hour() < digestHour {
		return nil
	}
	group, bound, err := r.Store.Group(ctx, storage.Reviewers)
	if err != nil || !bound {
		return err
	}
	return r.once(ctx, "digest."+local.Format("2006-01-02"), strconv.FormatInt(group, 10), func(bool) error {
		t, err := r.tally(ctx, now.AddDate(0, 0, -1))
		if err != nil || t.open == 0 && t.decided == 0 {
			return err
		}
		return r.moved(ctx, group, r.tellDigest(ctx, group, t, local))
	})
}

// tellDigest sends the picture with the text below it; the text alone where Telegram takes no picture there.
func (r *Runner) tellDigest(ctx context.Context, group int64, t tally, at time.Time) error {
	lang := r.house()
	title := flows.Say("office.digest.title", "month", int(at.Month()), "day", at.Day())
	text := r.words(lang, flows.Say("office.digest", "title", title, "lines", t.lines(at)))
	picture, err := r.digest(t, title, at, lang).Draw()
	if err != nil {
		return err
	}
	o := telegram.Outgoing{Chat: group, Lane: telegram.LaneCourtesy, Silent: true, Text: text}
	_, err = r.Pictures.SendPhoto(ctx, o, telegram.Upload{Name: "day.png", Bytes: picture})
	if errors.Is(err, telegram.ErrRejected) {
		_, err = r.Messages.SendMessage(ctx, o)
	}
	return err
}

// digest puts the figures into words, for drawing.
func (r *Runner) digest(t tally, title flows.Phrase, at time.Time, lang string) paper.Digest {
	said := func(p flows.Phrase) string { return p.Plain(lang) }
	none := flows.Say("office.figure.nothing")
	median, oldest := said(none), said(none)
	if t.decided > 0 {
		median = said(flows.Took(t.median))
	}
	if !t.oldest.IsZero() {
		oldest = said(flows.Took(at.Sub(t.oldest)))
	}
	d := paper.Digest{Title: said(title), Heading: said(flows.Say("office.digest.reasons")), Nothing: said(flows.Say("office.digest.none")),
		Tiles: []paper.Tile{
			{Figure: strconv.Itoa(t.open), Name: said(flows.Say("office.digest.open"))},
			{Figure: strconv.Itoa(t.decided), Name: said(flows.Say("office.digest.decided"))},
			{Figure: median, Name: said(flows.Say("office.digest.median"))},
			{Figure: oldest, Name: said(flows.Say("office.digest.oldest"))}}}
	for _, c := range t.reasons {
		d.Bars = append(d.Bars, paper.Bar{Name: said(flows.Say("reason.short." + c.code)), N: c.n})
	}
	return d
}
