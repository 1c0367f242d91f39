package evidence

import (
	"fmt"
	"slices"
	"strings"

	"guiwei/flows"
	"guiwei/flows/rules"
)

func (d *Draft) read(s flows.Standing) {
	d.User, d.ID = rules.MaskPhone(s.Account.Phone), rules.MaskID(s.Account.IDNumber)
	d.Left, d.Uses, d.Due = s.Quota, nil, s.Due
	for _, old := range s.Old {
		for _, use := range old.Uses {
			if !slices.Contains(d.Uses, use) {
				d.Uses = append(d.Uses, use)
			}
		}
	}
	if s.Open != nil {
		d.Open = s.Open.Case
	}
}

// left are the arguments that say what remains.
func (d *Draft) left() []any {
	return []any{"today", d.Left.LeftToday(), "total", d.Left.LeftInAll()}
}

func askFront(d *Draft, _ flows.View) flows.Prompt {
	if d.Again {
		return flows.Ask("evidence.front.again", d.left()...).Acts("rules", "no_photo").Acts("back")
	}
	p := flows.Ask("evidence.front.ask", append(d.left(), "user", d.User, "id", d.ID)...).Acts("rules", "no_photo").Acts("back")
	p.Picture = "front"
	return p
}

func askBack(d *Draft, _ flows.View) flows.Prompt {
	if d.Again {
		return flows.Ask("evidence.back.again", d.left()...).Acts("rules", "no_photo").Acts("new_front", "back")
	}
	p := flows.Ask("evidence.back.ask", d.left()...).Acts("rules", "no_photo").Acts("new_front", "back")
	p.Picture = "back"
	return p
}

// picture takes one side: a photo, or a file that may be one; the photo room says which.
func picture(side string) func(*Draft, flows.Input) flows.Verdict {
	return func(d *Draft, in flows.Input) flows.Verdict {
		switch {
		case in.Picture != nil:
			d.Next = nil
			return flows.Move("sent", d.examine(*in.Picture, side))
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

func (d *Draft) examine(f flows.File, side string) flows.Effect {
	return flows.Examine{File: f, Side: side, Person: d.Login.Account.Person}
}

// frontCheck takes the photo room's word on the front. A picture that comes meanwhile, as the second of an album does,
// is the back; a third one is not wanted.
func frontCheck(d *Draft, in flows.Input) flows.Verdict {
	if in.Picture != nil && d.Next != nil {
		return flows.Stay("evidence.two")
	}
	if in.Picture != nil {
		d.Next = in.Picture
		return flows.Silent()
	}
	a, ok := in.Answer.(flows.Examined)
	if !ok {
		return flows.Verdict{}
	}
	if a.Verdict == "reject" {
		return d.refuse(a)
	}
	next := d.Next
	d.Front, d.Next, d.Again = &a.Photo, nil, false
	switch {
	case next != nil:
		return flows.Move("both", d.examine(*next, "back"))
	case d.Back == nil:
		return praise(flows.Move("good"), a)
	case d.alike():
		d.Front, d.Again = nil, true
		return flows.Move("refused").Note("evidence.same_as_back")
	}
	return praise(flows.Move("paired"), a)
}

func backCheck(d *Draft, in flows.Input) flows.Verdict {
	a, ok := in.Answer.(flows.Examined)
	switch {
	case !ok:
		return flows.Verdict{}
	case a.Verdict == "reject":
		return d.refuse(a)
	}
	d.Back, d.Again = &a.Photo, false
	if d.alike() {
		d.Back, d.Again = nil, true
		return flows.Move("refused").Note("evidence.same_as_front")
	}
	return praise(flows.Move("good"), a)
}

// alike says whether both sides are one picture.
func (d *Draft) alike() bool { return d.Front != nil && d.Back != nil && d.Back.Like(*d.Front) }

// praise tells what became of the picture: "原图 4.2 MB → 287 KB".
func praise(v flows.Verdict, a flows.Examined) flows.Verdict {
	if slices.Contains(a.Notes, "gif_first_frame") {
		return v.Note("evidence.good_gif", "from", size(a.Source), "to", size(a.Photo.Bytes))
	}
	if size(a.Source) == size(a.Photo.Bytes) {
		return v.Note("evidence.good_as_is", "to", size(a.Photo.Bytes))
	}
	return v.Note("evidence.good", "from", size(a.Source), "to", size(a.Photo.Bytes))
}

// refuse says why, and how to mend it. It costs nothing.
func (d *Draft) refuse(a flows.Examined) flows.Verdict {
	d.Again = true
	if len(a.Reasons) == 0 {
		return flows.Move("refused").Note("kit.failed")
	}
	switch reason := a.Reasons[0]; {
	case reason == "too_small" && a.Document: // the original has come already
		return flows.Move("refused").Note("photo.too_small_file")
	case reason == "unsupported_type" && strings.HasPrefix(a.Kind, "jpeg_"):
		return flows.Move("refused").Note("photo.unusual_jpeg")
	default:
		return flows.Move("refused").Note("photo."+reason, "kind", known(a.Kind))
	}
}

// known is the name of a kind of file that people know it by; "" for the rest, which is just no photo.
func known(kind string) string {
	if slices.Contains([]string{"webp", "heic", "avif", "bmp", "tiff", "svg", "pdf"}, kind) {
		return strings.ToUpper(kind)
	}
	return ""
}

// askConfirm shows what is at stake. Where an old account was used for something, it asks for a typed 确认.
func askConfirm(d *Draft, _ flows.View) flows.Prompt {
	if len(d.Uses) == 0 {
		return flows.Ask("evidence.confirm.ask", d.left()...).Acts("submit_photos").Acts("new_front", "new_back")
	}
	uses := make([]flows.Phrase, len(d.Uses))
	for i, u := range d.Uses {
		uses[i] = flows.Say("use." + u)
	}
	return flows.Ask("evidence.confirm.ask_uses", append(d.left(), "uses", uses)...).Acts("new_front", "new_back")
}

func confirm(d *Draft, in flows.Input) flows.Verdict {
	said := strings.Trim(in.Text, " \u3000\n「」“”\"'。.!！")
	typed := in.Kind == flows.Text && (said == "确认" || said == "確認" || strings.EqualFold(said, "confirm"))
	switch {
	case len(d.Uses) > 0 && typed, len(d.Uses) == 0 && in.Act == "submit_photos":
		return flows.Move("submitted")
	case in.Act == "new_front":
		return flows.Move("new_front")
	case in.Act == "new_back":
		return flows.Move("new_back")
	}
	return flows.Verdict{}
}

func submit(d *Draft, _ flows.Input) []flows.Effect {
	if d.Front == nil || d.Back == nil {
		return nil
	}
	return []flows.Effect{flows.Submit{Account: d.Login.Account, Front: *d.Front, Back: *d.Back}}
}

func submitted(d *Draft, in flows.Input) flows.Verdict {
	a, ok := in.Answer.(flows.Submitted)
	if !ok {
		return flows.Verdict{}
	}
	if a.Outcome == flows.Gone {
		return d.lost(a.Gone)
	}
	d.Left = a.Quota
	switch a.Outcome {
	case flows.OK:
		d.Open, d.Due, d.Front, d.Back = a.No, a.Deadline, nil, nil
		return flows.Move("queued")
	case flows.Open, flows.Refused, flows.Ended:
		d.Front, d.Back = nil, nil
		return flows.Move("otherwise") // how the account stands says what it was
	case flows.DayUsed:
		return flows.Move("tomorrow")
	case flows.AllUsed:
		return flows.Move("used_up")
	default:
		return flows.Move("failed").Note("kit.failed")
	}
}

// lost asks anew for what the photo store does not give back; the other side is kept, and nothing was counted.
func (d *Draft) lost(sides []string) flows.Verdict {
	front, back := slices.Contains(sides, "front"), slices.Contains(sides, "back")
	d.Again = true
	switch {
	case front && back:
		d.Front, d.Back = nil, nil
		return flows.Move("front_gone").Note("evidence.gone")
	case front:
		d.Front = nil
		return flows.Move("front_gone").Note("evidence.gone_front")
	default:
		d.Back = nil
		return flows.Move("back_gone").Note("evidence.gone_back")
	}
}

func askWaiting(d *Draft, _ flows.View) flows.Prompt {
	return flows.Ask("evidence.waiting.ask", "no", d.Open, "due", flows.Soon(d.Due)).
		Row(flows.Everywhere("status"), flows.Out())
}

// askBehind tells a second claimant to wait: one case of a person is looked at at a time.
func askBehind(*Draft, flows.View) flows.Prompt {
	return flows.Ask("evidence.behind.ask").Acts("refresh").Row(flows.Out())
}

func askTomorrow(d *Draft, v flows.View) flows.Prompt {
	return flows.Ask("evidence.tomorrow.ask", append(d.left(), "reset", flows.Minute(flows.Midnight(v.Now)))...).
		Row(flows.Everywhere("status"), flows.Out())
}

func askUsedUp(*Draft, flows.View) flows.Prompt {
	return flows.Ask("evidence.used_up.ask").Row(flows.Everywhere("status"), flows.Out())
}

// size shows bytes as students read them: "4.2 MB", "287 KB", steps of 1,000.
func size(bytes int) string {
	if bytes >= 1_000_000 {
		return fmt.Sprintf("%.1f MB", float64(bytes)/1_000_000)
	}
	return fmt.Sprintf("%d KB", (bytes+500)/1000)
}

// wasFront and wasBack say that a side is there already, by its size.
func wasFront(d *Draft) string { return was(d.Front) }

func wasBack(d *Draft) string { return was(d.Back) }

func was(p *flows.Photo) string {
	if p == nil {
		return ""
	}
	return "JPEG, " + size(p.Bytes)
}
