package rehearse_test

import (
	"strings"
	"testing"

	"guiwei/flows"
	"guiwei/flows/flowtest"
	"guiwei/flows/rehearse"
)

func TestLaws(t *testing.T) {
	t.Parallel()
	flowtest.Laws(t, rehearse.Flow)
}

// Rows: M11
func TestAnybodyMayTryAPictureBeforeRegistering(t *testing.T) {
	t.Parallel()
	p := flowtest.Story(t).Tap("rehearse").Is("rehearse/picture").Photo("a").Is("rehearse/check")
	if asked := flowtest.Asked[flows.Rehearse](p); len(asked) != 1 || asked[0].File.Unique != "a" {
		t.Errorf("asks %+v", asked)
	}
	if n := len(flowtest.Asked[flows.Examine](p)) + len(flowtest.Asked[flows.Submit](p)); n != 0 {
		t.Errorf("%d effects that keep or count", n)
	}
	p.Answer(flowtest.Seen("", "a")).Is("rehearse/picture").Says("rehearse.likely")
	if m := p.Shown.Marked; m == nil || len(m.Pictures) != 1 || m.Pictures[0].File.Unique != "a" {
		t.Errorf("shows %+v", m)
	}
	if strings.Contains(p.Draft(), "id a") {
		t.Errorf("the picture stays in the draft: %s", p.Draft())
	}
	p.Tap("back").Is("home/menu")
}

// Rows: M11
func TestTheLikelihoodIsSaidInWords(t *testing.T) {
	t.Parallel()
	marks := []flows.Mark{{Reason: "glare"}}
	for _, c := range []struct {
		a    flows.Examined
		want string
	}{
		{flows.Examined{Verdict: "warn", Reasons: []string{"glare"}, Marks: marks}, "rehearse.doubtful(marks={evidence.mark(number=1 what=flag.glare)})"},
		{flows.Examined{Verdict: "reject", Reasons: []string{"glare"}, Marks: marks}, "rehearse.unlikely(why=photo.glare(kind=) marks={evidence.mark(number=1 what=flag.glare)})"},
		{flows.Examined{Verdict: "reject", Reasons: []string{"too_small"}}, "rehearse.unlikely(why=photo.too_small(kind=) marks=)"},
		{flows.Examined{Verdict: "reject"}, "kit.failed"},
	} {
		p := flowtest.Story(t).Command("rehearse").Photo("a").Answer(c.a).Is("rehearse/picture")
		if got := p.Note(); got != c.want {
			t.Errorf("says %s, want %s", got, c.want)
		}
		if marked := p.Shown.Marked != nil; marked != (len(c.a.Marks) > 0) {
			t.Errorf("%s: picture %v", c.want, marked)
		}
	}
}

func TestARehearsalGoesBackToThePhotoStep(t *testing.T) {
	t.Parallel()
	p := flowtest.Story(t).LogIn(false).Answer(flowtest.Standing(false)).Is("evidence/front").Tap("rehearse").Is("rehearse/picture")
	p.Photo("a").Answer(flowtest.Seen("", "a")).Tap("back").Is("evidence/front")
}

func TestOfAnAlbumOnePictureIsTried(t *testing.T) {
	t.Parallel()
	part := func(name string) flows.Input {
		f := flowtest.File(name)
		f.Album = "m"
		return flows.Input{Kind: flows.Picture, Picture: &f}
	}
	p := flowtest.Story(t).Tap("rehearse").Put(part("a")).Is("rehearse/check").Put(part("b")).Silent()
	p.Answer(flowtest.Seen("", "a")).Says("rehearse.likely").Put(part("c")).Is("rehearse/picture").Silent()
}
