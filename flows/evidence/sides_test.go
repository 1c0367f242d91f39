package evidence_test

import (
	"strings"
	"testing"
	"time"

	"guiwei/flows"
	"guiwei/flows/flowtest"
)

// bad is a picture that the judge refuses for its quality.
func bad(side, name, reason string) flows.Examined {
	seen := flowtest.Seen(side, name)
	return flows.Examined{Side: side, Verdict: "reject", Reasons: []string{reason}, Kind: "jpeg", Source: seen.Source,
		SHA256: seen.Photo.SHA256, DHash: seen.Photo.DHash, Marks: []flows.Mark{{Reason: reason, Left: 1, Top: 2, Right: 3, Bottom: 4}}}
}

// Rows: M4 U9
func TestARefusedPictureIsShownWithItsMarks(t *testing.T) {
	t.Parallel()
	a := bad("front", "a", "glare")
	a.Reasons = append(a.Reasons, "blur")
	a.Marks = append(a.Marks, flows.Mark{Reason: "blur"})
	p := front(t).Photo("a").Answer(a).Is("evidence/front")
	if got := p.Note(); got != "evidence.refused(why=photo.glare(kind=) marks={evidence.mark(number=1 what=flag.glare); evidence.mark(number=2 what=flag.blur)})" {
		t.Errorf("says %s", got)
	}
	if m := p.Shown.Marked; m == nil || len(m.Pictures) != 1 || m.Pictures[0].File.Unique != "a" || len(m.Pictures[0].Marks) != 2 {
		t.Errorf("shows %+v", m)
	}
	if !p.Shown.Fresh || !strings.Contains(p.Ask(), "today=3 total=5") {
		t.Errorf("fresh %v, asks %s", p.Shown.Fresh, p.Ask())
	}
	if p.Tap("retake"); !p.Shown.Fresh || p.Shown.Marked != nil {
		t.Error("a picture's message is edited into text, or the picture comes again")
	}
	if n := len(flowtest.Asked[flows.Sample](p)); n != 1 {
		t.Errorf("%d samples", n)
	}
}

// Rows: P10 U9
func TestAGoodPictureIsShownWithItsSizes(t *testing.T) {
	t.Parallel()
	p := back(t)
	if got := p.Note(); got != "evidence.good(from=4.2 MB to=287 KB)" || p.Shown.Marked == nil {
		t.Errorf("says %s, shows %+v", got, p.Shown.Marked)
	}
}

// Rows: M4 P8 P13
func TestADoubtfulPictureMayBeUsedOrTakenAgain(t *testing.T) {
	t.Parallel()
	p := front(t).Photo("a").Answer(flowtest.Warned("front", "a", "glare")).Is("evidence/doubt")
	if got := p.Note(); got != "evidence.doubtful(from=4.2 MB to=287 KB marks={evidence.mark(number=1 what=flag.glare)})" || p.Shown.Marked == nil {
		t.Errorf("says %s, shows %+v", got, p.Shown.Marked)
	}
	p.Tap("retake").Is("evidence/front").Photo("c").Answer(flowtest.Warned("front", "c", "blur")).Is("evidence/doubt")
	p.Tap("use_it").Is("evidence/back").Photo("b").Answer(flowtest.Warned("back", "b", "no_card")).Is("evidence/doubt")
	if p.Photo("d").Is("evidence/back_check"); len(flowtest.Asked[flows.Examine](p)) != 1 {
		t.Error("a picture sent instead is not looked at")
	}
	p.Answer(flowtest.Warned("back", "d", "no_card")).Is("evidence/doubt").Tap("use_it").Is("evidence/confirm").Tap("submit_photos")
	if s := flowtest.Asked[flows.Submit](p); len(s) != 1 || s[0].Front.Blob != "blob c" || s[0].Back.Blob != "blob d" {
		t.Errorf("submits %+v", s)
	}
}

// Rows: F23 P13
func TestTheDoubtsOfAPairAreToldTogether(t *testing.T) {
	t.Parallel()
	pair := func(f, b flows.Examined) *flowtest.Play {
		return front(t).Photo("a").Photo("b").Answer(f).Is("evidence/back_check").Answer(b).Is("evidence/doubt").Says("evidence.doubtful")
	}
	p := pair(flowtest.Warned("front", "a", "glare"), flowtest.Seen("back", "b"))
	if m := p.Shown.Marked; m == nil || len(m.Pictures) != 2 || !strings.Contains(p.Note(), "number=1 what=flag.glare") {
		t.Errorf("says %s, shows %+v", p.Note(), m)
	}
	p.Tap("retake").Is("evidence/front").Photo("c").Answer(flowtest.Seen("front", "c")).Is("evidence/confirm")
	p = pair(flowtest.Warned("front", "a", "glare"), flowtest.Warned("back", "b", "blur"))
	if !strings.Contains(p.Note(), "number=2 what=flag.blur") {
		t.Errorf("says %s", p.Note())
	}
	p.Tap("new_back").Is("evidence/back").Photo("d").Answer(flowtest.Seen("back", "d")).Is("evidence/doubt").Tap("use_it").Is("evidence/confirm")
}

// Rows: P8
func TestAfterTwoRefusalsTheStudentMayInsist(t *testing.T) {
	t.Parallel()
	offered := func(p *flowtest.Play) bool { _, ok := p.Button("anyway"); return ok }
	p := front(t)
	if p.Photo("a").Answer(bad("front", "a", "blur")); offered(p) {
		t.Error("after one refusal already")
	}
	if p.Photo("t").Answer(flows.Examined{Side: "front", Verdict: "reject", Reasons: []string{"too_small"}, Kind: "jpeg"}); offered(p) {
		t.Error("a picture that nobody can read counts")
	}
	if p.Photo("c").Answer(bad("front", "c", "glare")).Is("evidence/front"); !offered(p) {
		t.Fatal("not after two")
	}
	p.Tap("anyway").Is("evidence/front_check")
	asked := flowtest.Asked[flows.Examine](p)
	if len(asked) != 1 || !asked[0].Anyway || asked[0].File.Unique != "c" {
		t.Fatalf("examines %+v", asked)
	}
	a := flowtest.Seen("front", "c")
	a.Verdict, a.Reasons, a.Photo.Flags = "warn", []string{"glare"}, []string{"anyway", "glare"}
	if p.Answer(a).Is("evidence/back"); offered(p) {
		t.Error("the other side may be insisted on at once")
	}
	p.Photo("b").Answer(flowtest.Seen("back", "b")).Tap("submit_photos")
	if s := flowtest.Asked[flows.Submit](p); len(s) != 1 || strings.Join(s[0].Front.Flags, " ") != "anyway glare" {
		t.Errorf("submits %+v", s)
	}
}

// Rows: P11
func TestTheSameRefusedPictureIsRefusedAgainForNothing(t *testing.T) {
	t.Parallel()
	p := front(t).Photo("a").Answer(bad("front", "a", "blur"))
	if p.Photo("a").Is("evidence/front").Says("photo.duplicate"); len(flowtest.Asked[flows.Examine](p)) != 0 {
		t.Error("it is fetched once more")
	}
	saved := bad("front", "a", "blur")
	saved.SHA256, saved.DHash[0] = "other bytes", saved.DHash[0]^0b111111
	p.Photo("b").Answer(saved).Is("evidence/front").Says("photo.duplicate")
	if _, ok := p.Button("anyway"); ok {
		t.Error("one picture counts as two refusals")
	}
	other := bad("front", "a", "blur")
	other.SHA256, other.DHash[1] = "third bytes", other.DHash[1]^0b1111111
	p.Photo("c").Answer(other).Is("evidence/front").Says("evidence.refused")
}

func part(album, name string, message int) flows.Input {
	f := flowtest.File(name)
	f.Album = album
	return flows.Input{Kind: flows.Picture, Picture: &f, Message: message}
}

// Rows: F23 P12
func TestAnAlbumWaitsForItsPartsAndHasOneAnswer(t *testing.T) {
	t.Parallel()
	p := front(t).Put(part("m", "b", 502)).Silent().Is("evidence/front")
	if at := p.Timers["whole"].At.Sub(p.Now); at != 10*time.Second {
		t.Errorf("a single part waits %v", at)
	}
	p.Wait(8 * time.Second).Put(part("m", "a", 501)).Silent()
	if at := p.Timers["settled"].At.Sub(p.Now); at != 1500*time.Millisecond {
		t.Errorf("two parts wait %v", at)
	}
	p.Wake("settled").Is("evidence/sides")
	if m := p.Shown.Marked; m == nil || len(m.Pictures) != 2 || m.Pictures[0].File.Unique != "a" || m.Pictures[1].File.Unique != "b" {
		t.Errorf("shows %+v", m)
	}
	p.Put(part("m", "c", 503)).Silent().Wake("whole").Is("evidence/sides").Silent()
	p.Tap("second_front").Is("evidence/front_check")
	if asked := flowtest.Asked[flows.Examine](p); len(asked) != 1 || asked[0].File.Unique != "b" || asked[0].Side != "front" {
		t.Errorf("examines %+v", asked)
	}
	p.Answer(flowtest.Seen("front", "b")).Is("evidence/back_check").Silent().Put(part("m", "d", 504)).Silent()
	p.Answer(flowtest.Seen("back", "a")).Is("evidence/confirm").Says("evidence.good")
	if m := p.Shown.Marked; m == nil || len(m.Pictures) != 2 {
		t.Errorf("shows %+v", m)
	}
	p.Put(part("m", "e", 505)).Silent().Is("evidence/confirm")
}

// Rows: F23
func TestALostPartIsNotWaitedForLongerThanTenSeconds(t *testing.T) {
	t.Parallel()
	p := front(t).Put(part("m", "a", 501)).Wake("whole").Is("evidence/front_check").Answer(flowtest.Seen("front", "a")).Is("evidence/back")
	p.Put(part("m", "b", 502)).Is("evidence/back_check") // it came after all: a picture like others
}

func TestOfAnAlbumFilesThatNameTheirSideAreNotAskedAbout(t *testing.T) {
	t.Parallel()
	named := func(name string, message int) flows.Input {
		in := part("m", name, message)
		in.Picture.Document, in.Picture.Name = true, name
		return in
	}
	for _, c := range []struct{ one, two, want string }{
		{"身份证背面.jpg", "身份证正面.jpg", "evidence/front_check"}, {"front.JPG", "back.jpg", "evidence/front_check"},
		{"IMG_1.jpg", "back.jpg", "evidence/sides"}, {"正面背面.jpg", "背面.jpg", "evidence/sides"},
	} {
		if p := front(t).Put(named(c.one, 501)).Put(named(c.two, 502)).Wake("settled"); p.At() != c.want {
			t.Errorf("%s and %s lead to %s", c.one, c.two, p.At())
		}
	}
	back(t).Put(named("front.jpg", 501)).Put(named("back.jpg", 502)).Wake("settled").Is("evidence/front_check")
}

// Rows: P12
func TestAPicturePutInTheOthersPlaceOpensItsSideOnly(t *testing.T) {
	t.Parallel()
	send := func(p *flowtest.Play, kind flows.Kind, name string, message int) *flowtest.Play {
		f := flowtest.File(name)
		return p.Put(flows.Input{Kind: kind, Picture: &f, Message: message})
	}
	both := func() *flowtest.Play {
		p := send(front(t), flows.Picture, "a", 601).Answer(flowtest.Seen("front", "a"))
		return send(p, flows.Picture, "b", 602).Answer(flowtest.Seen("back", "b")).Is("evidence/confirm")
	}
	p := send(both(), flows.Edited, "c", 601).Is("evidence/front_check").Answer(flowtest.Seen("front", "c")).Is("evidence/confirm")
	if d := p.Draft(); !strings.Contains(d, "blob c") || !strings.Contains(d, "blob b") || strings.Contains(d, "blob a") {
		t.Errorf("draft %s", d)
	}
	send(both(), flows.Edited, "c", 602).Is("evidence/back_check").Answer(flowtest.Seen("back", "c")).Is("evidence/confirm")
	send(both(), flows.Edited, "a", 601).Is("evidence/confirm").Silent() // its caption
	send(both(), flows.Edited, "c", 603).Is("evidence/confirm").Says("kit.edited")
	submitted := both().Tap("submit_photos").Answer(flows.Submitted{Outcome: flows.OK, No: flowtest.No, Deadline: flowtest.Due()}).Is("evidence/waiting")
	send(submitted, flows.Edited, "c", 601).Is("evidence/waiting").Says("kit.edited")
}

func TestAnAlbumFromNowhereAsksOnce(t *testing.T) {
	t.Parallel()
	p := begin(t, flowtest.Standing(false)).Tap("back").Is("home/menu")
	p.Put(part("m", "a", 501)).Is("evidence/loading").Put(part("m", "b", 502)).Silent().Answer(flowtest.Standing(false))
	p.Is("evidence/front").Put(part("m", "c", 503)).Silent().Is("evidence/front")
	guest := flowtest.Story(t).Put(part("m", "a", 501)).Says("kit.unexpected").Put(part("m", "b", 502)).Silent()
	guest.Put(part("n", "b", 503)).Says("kit.unexpected")
}

// Rows: T19 P13
func TestThePairThatAReviewerRefusedIsRefusedAtOnceAndOneNewSideIsEnough(t *testing.T) {
	t.Parallel()
	s := flowtest.Standing(false)
	s.Refused = []flows.Pair{{Front: flowtest.Seen("front", "a").Photo.Print(), Back: flowtest.Seen("back", "b").Photo.Print()}}
	saved := flowtest.Seen("back", "b")
	saved.Photo.SHA256, saved.Photo.DHash[0] = "other bytes", saved.Photo.DHash[0]^0b111
	p := begin(t, s).Photo("a").Answer(flowtest.Seen("front", "a")).Is("evidence/back")
	p.Photo("b").Answer(saved).Is("evidence/back").Says("evidence.same_pair")
	p.Photo("c").Answer(flowtest.Seen("back", "c")).Is("evidence/confirm")
	p.Tap("new_back").Photo("b").Answer(saved).Is("evidence/back").Says("evidence.same_pair")
	p.Tap("new_front").Photo("d").Answer(flowtest.Seen("front", "d")).Is("evidence/back").Photo("b").Answer(saved).Is("evidence/confirm")
	p.Tap("new_front").Photo("a").Answer(flowtest.Seen("front", "a")).Is("evidence/front").Says("evidence.same_pair")
}

// Rows: F23
func TestAnAlbumHasOneAnswerWhereNoneIsWanted(t *testing.T) {
	t.Parallel()
	unasked, waiting := flowtest.Standing(false), flowtest.Standing(false)
	unasked.Account.Agreed = nil
	waiting.Open, waiting.Due = &flows.LogRow{Case: flowtest.No}, flowtest.Due()
	begin(t, unasked).Put(part("m", "a", 501)).Says("evidence.consent.first").Put(part("m", "b", 502)).Silent().Put(part("m", "c", 503)).Silent().
		Put(part("n", "d", 504)).Says("evidence.consent.first")
	begin(t, waiting).Put(part("m", "a", 501)).Is("evidence/loading").Put(part("m", "b", 502)).Silent().Answer(waiting).
		Is("evidence/waiting").Put(part("m", "c", 503)).Silent().Is("evidence/waiting")
}

func TestAPictureWhosePixelsStayIsSaidToFitWhateverItWeighsNow(t *testing.T) {
	t.Parallel()
	kept := flowtest.Seen("front", "a")
	kept.Source, kept.Photo.Bytes, kept.Notes = 68_000, 52_000, []string{"stripped"}
	begin(t, flowtest.Standing(false)).Photo("a").Answer(kept).Says("evidence.good_as_is")
}
