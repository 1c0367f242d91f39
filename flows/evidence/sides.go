package evidence

import (
	"fmt"
	"slices"
	"strings"

	"guiwei/flows"
)

const (
	front = "front"
	back  = "back"
)

func askFront(d *Draft, _ flows.View) flows.Prompt {
	if d.Again {
		return d.once(flows.Ask("evidence.front.again", d.left()...), front).Acts("back")
	}
	p := flows.Ask("evidence.front.ask", append(d.left(), "user", d.User, "id", d.ID)...).
		Acts("rules", "no_photo").Row(flows.Everywhere("rehearse")).Acts("back")
	p.Picture = front
	return p
}

func askBack(d *Draft, _ flows.View) flows.Prompt {
	if d.Again {
		return d.once(flows.Ask("evidence.back.again", d.left()...), back).Acts("new_front", "back")
	}
	p := flows.Ask("evidence.back.ask", d.left()...).Acts("rules", "no_photo").Row(flows.Everywhere("rehearse")).Acts("new_front", "back")
	p.Picture = back
	return p
}

// once asks for a side once more. Who was refused twice may send the picture all the same: the reviewer is told.
func (d *Draft) once(p flows.Prompt, side string) flows.Prompt {
	if d.Bad[side].mayInsist() {
		return p.Acts("retake", "anyway").Acts("rules", "no_photo")
	}
	return p.Acts("retake").Acts("rules", "no_photo").Row(flows.Everywhere("rehearse"))
}

// picture takes one side: a photo, or a file that may be one; the photo room says which.
func picture(side string) func(*Draft, flows.Input) flows.Verdict {
	return func(d *Draft, in flows.Input) flows.Verdict {
		switch {
		case in.Kind == flows.Waked:
			return d.settle(side)
		case in.Kind == flows.Edited && in.Picture != nil:
			return d.instead(in, side)
		case d.late(in):
			return flows.Silent()
		case in.Picture != nil && in.Picture.Album != "" && in.Picture.Album != d.Album.Alone:
			return d.gather(in)
		case in.Picture != nil:
			return d.take(in, side)
		case in.Act == "anyway" && d.Bad[side].mayInsist():
			return d.insist(side)
		case in.Act == "retake":
			return flows.Stay("evidence.retake").With(flows.Sample{Side: side, Lang: in.Language})
		case in.Act == "rules":
			return flows.Stay("evidence.rules")
		case in.Act == "no_photo":
			return flows.Stay("evidence.no_photo")
		case in.Act == "new_front":
			return flows.Move("other")
		}
		return flows.Verdict{}
	}
}

// take has a picture looked at, unless it is the very one that was refused.
func (d *Draft) take(in flows.Input, side string) flows.Verdict {
	if !d.Again {
		d.Next, d.Pair = nil, nil
	}
	d.Album.Parts = nil
	f := in.File()
	if d.Bad[side].has(f) {
		d.Again = true
		return flows.Stay("photo.duplicate")
	}
	return flows.Move("sent", d.examine(f, side))
}

// insist sends the picture that was refused last all the same.
func (d *Draft) insist(side string) flows.Verdict {
	e := d.examine(*d.Bad[side].Last, side)
	e.Anyway = true
	return flows.Move("sent", e)
}

func (d *Draft) examine(f flows.File, side string) flows.Examine {
	if d.Sent == nil {
		d.Sent = map[string]flows.File{}
	}
	d.Sent[side] = f
	return flows.Examine{File: f, Side: side, Person: d.Login.Account.Person}
}

// instead takes a picture that was put in the place of an earlier one: only its side is looked at anew. The side that is
// asked for is at; "" where none is.
func (d *Draft) instead(in flows.Input, at string) flows.Verdict {
	if in.Kind != flows.Edited {
		return d.meanwhile(in)
	}
	f := in.File()
	for _, side := range []string{front, back} {
		was, sent := d.Sent[side]
		switch {
		case !sent || was.Message != f.Message:
			continue
		case was.Unique == f.Unique:
			return flows.Silent() // its caption was changed
		case side == at:
			return flows.Move("sent", d.examine(f, side))
		case at == front:
			return flows.Verdict{}
		case side == front:
			d.Front = nil
			return flows.Move("front_anew", d.examine(f, front))
		}
		d.Back = nil
		return flows.Move("back_anew", d.examine(f, back))
	}
	return flows.Verdict{}
}

// meanwhile answers a picture that comes while another thing is waited for: one of an album that was answered is not.
func (d *Draft) meanwhile(in flows.Input) flows.Verdict {
	if d.late(in) {
		return flows.Silent()
	}
	return flows.Verdict{}
}

// frontCheck takes the photo room's word on the front. A picture that comes meanwhile is the back; a third one is not
// wanted.
func frontCheck(d *Draft, in flows.Input) flows.Verdict {
	switch {
	case d.late(in):
		return flows.Silent()
	case in.Kind == flows.Picture && d.Next != nil:
		return flows.Stay("evidence.two")
	case in.Kind == flows.Picture:
		f := in.File()
		d.Next, d.Pair = &f, nil
		return flows.Silent()
	}
	a, ok := in.Answer.(flows.Examined)
	if !ok {
		return flows.Verdict{}
	}
	if a.Verdict == "reject" {
		return d.refuse(a, front)
	}
	next := d.Next
	d.Front, d.Next, d.Again = &a.Photo, nil, false
	d.weigh(front, a)
	switch {
	case next != nil:
		d.Pair = &flows.MarkedFile{File: d.Sent[front], Marks: a.Marks}
		return flows.Move("both", d.examine(*next, back))
	case d.alike():
		d.Front, d.Again = nil, true
		return flows.Move("refused").Note("evidence.same_as_back")
	case d.known():
		d.Front, d.Again = nil, true
		return flows.Move("refused").Note("evidence.same_pair")
	case d.doubted(front):
		return d.praise(flows.Move("doubtful"), a, front)
	case d.Back == nil:
		return d.praise(flows.Move("good"), a, front)
	}
	return d.praise(flows.Move("paired"), a, front)
}

func backCheck(d *Draft, in flows.Input) flows.Verdict {
	a, ok := in.Answer.(flows.Examined)
	switch {
	case !ok:
		return d.meanwhile(in)
	case a.Verdict == "reject":
		return d.refuse(a, back)
	}
	d.Back, d.Again = &a.Photo, false
	if d.alike() {
		d.Back, d.Again, d.Pair = nil, true, nil
		return flows.Move("refused").Note("evidence.same_as_front")
	}
	if d.known() {
		d.Back, d.Again, d.Pair = nil, true, nil
		return flows.Move("refused").Note("evidence.same_pair")
	}
	if d.weigh(back, a); len(d.Doubts) > 0 {
		return d.praise(flows.Move("doubtful"), a, back)
	}
	return d.praise(flows.Move("good"), a, back)
}

// alike says whether both sides are one picture.
func (d *Draft) alike() bool { return d.Front != nil && d.Back != nil && d.Back.Like(*d.Front) }

// known says whether a reviewer refused this very pair before. One side of it beside a new one is no fault: nobody knows which
// side it was.
func (d *Draft) known() bool {
	return d.Front != nil && d.Back != nil && slices.ContainsFunc(d.Past, func(was flows.Pair) bool {
		return same(was.Front, *d.Front) && same(was.Back, *d.Back)
	})
}

// forget drops the pictures that are submitted, or not wanted any more.
func (d *Draft) forget() {
	d.Front, d.Back, d.Next, d.Pair, d.Sent, d.Bad, d.Doubts = nil, nil, nil, nil, nil, nil, nil
}

// praise tells what became of the picture, "原图 4.2 MB → 287 KB", and shows it: with its doubts, if there are any, and
// beside the front that it came with, or that is doubted.
func (d *Draft) praise(v flows.Verdict, a flows.Examined, side string) flows.Verdict {
	shown := []flows.MarkedFile{{File: d.Sent[side], Marks: a.Marks}}
	if d.Pair == nil && side == back && d.doubted(front) {
		first := d.Doubts[front]
		d.Pair = &first
	}
	if d.Pair != nil && side == back {
		shown = append([]flows.MarkedFile{*d.Pair}, shown...)
	}
	v = v.Showing(&flows.Marked{Pictures: shown})
	worries := d.doubts(side)
	if d.Pair != nil {
		worries = d.doubts(front, back)
	}
	if len(worries) == 0 && a.Verdict == "warn" {
		worries = lines(a.Reasons)
	}
	d.Pair = nil
	from, to := size(a.Source), size(a.Photo.Bytes)
	switch {
	case len(worries) > 0:
		return v.Note("evidence.doubtful", "from", from, "to", to, "marks", worries)
	case slices.Contains(a.Notes, "webp"):
		return v.Note("evidence.good_webp", "from", from, "to", to)
	case slices.ContainsFunc(a.Notes, func(n string) bool { return strings.HasSuffix(n, "_first_frame") }):
		return v.Note("evidence.good_gif", "from", from, "to", to)
	case from == to, slices.Contains(a.Notes, "stripped"): // no pixel was changed
		return v.Note("evidence.good_as_is", "to", to)
	}
	return v.Note("evidence.good", "from", from, "to", to)
}

// refuse says why, and how to mend it, and shows where. It costs nothing.
func (d *Draft) refuse(a flows.Examined, side string) flows.Verdict {
	d.Again, d.Pair = true, nil
	v := flows.Move("refused")
	if len(a.Reasons) == 0 {
		return v.Note("kit.failed")
	}
	bad := d.Bad[side]
	again := bad.like(a)
	if d.Bad == nil {
		d.Bad = map[string]Refused{}
	}
	d.Bad[side] = bad.with(a, d.Sent[side])
	if again {
		return v.Note("photo.duplicate")
	}
	why := Why(a)
	if len(a.Marks) == 0 {
		return v.Remark(why)
	}
	v = v.Showing(&flows.Marked{Pictures: []flows.MarkedFile{{File: d.Sent[side], Marks: a.Marks}}})
	return v.Note("evidence.refused", "why", why, "marks", lines(a.Reasons))
}

// Why is the first reason in words, with its mend.
func Why(a flows.Examined) flows.Phrase {
	switch reason := a.Reasons[0]; {
	case reason == "too_small" && a.Document: // the original has come already
		return flows.Say("photo.too_small_file")
	case reason == "unsupported_type" && strings.HasPrefix(a.Kind, "jpeg_"):
		return flows.Say("photo.unusual_jpeg")
	default:
		return flows.Say("photo."+reason, "kind", known(a.Kind))
	}
}

// Marks names what the numbers in a marked picture stand for.
func Marks(reasons []string) []flows.Phrase { return lines(reasons) }

// marksShown is how many marks a picture carries: more would hide it.
const marksShown = 3

func lines(reasons []string) []flows.Phrase {
	list := make([]flows.Phrase, 0, marksShown)
	for i, r := range reasons[:min(len(reasons), marksShown)] {
		list = append(list, flows.Say("evidence.mark", "number", i+1, "what", flows.Say("flag."+r)))
	}
	return list
}

// known is the name of a kind of file that people know it by; "" for the rest, which is just no photo.
func known(kind string) string {
	if slices.Contains([]string{"webp", "heic", "avif", "bmp", "tiff", "svg", "pdf"}, kind) {
		return strings.ToUpper(kind)
	}
	return ""
}

// size shows bytes as students read them: "4.2 MB", "287 KB", steps of 1,000.
func size(bytes int) string {
	if bytes >= 1_000_000 {
		return fmt.Sprintf("%.1f MB", float64(bytes)/1_000_000)
	}
	return fmt.Sprintf("%d KB", (bytes+500)/1000)
}
