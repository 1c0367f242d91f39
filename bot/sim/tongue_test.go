package sim

import (
	"testing"
)

// Rows: P41
func TestPhonesFollowThePagesLanguage(t *testing.T) {
	t.Parallel()
	s := New(Options{Cast: []Person{{ID: 42, Name: "a"}, {ID: 44, Name: "b", Language: "fr"}},
		Groups: []Group{{ID: -1001, Title: "g", Members: []int64{42}}}, Photos: []Photo{{Name: "p.jpg", Label: "x"}},
		Tongues: []Tongue{{Code: "zh-Hans", Name: "简体中文", BotName: "归位", Texts: map[string]string{"page.title": "归位"},
			Names: map[int64]string{42: "小树", -1001: "群"}, Labels: map[string]string{"p.jpg": "正面"}},
			{Code: "en", Name: "English", BotName: "Guiwei", Texts: map[string]string{"page.title": "Guiwei"}, Cheats: []Cheat{{Title: "How"}},
				Names: map[int64]string{42: "Xiaoshu", -1001: "Group"}, Labels: map[string]string{"p.jpg": "Front"}}}})
	t.Cleanup(s.Close)
	look := func() [7]string {
		st := s.pageState()
		return [7]string{s.Tongue(), st.Texts["page.title"], st.People[0].Name + " " + st.People[0].Language, st.People[1].Language,
			st.Groups[0].Title, st.Photos[0]["label"].(string), s.botName()}
	}
	if got, want := look(), [7]string{"zh-Hans", "归位", "小树 zh-hans", "fr", "群", "正面", "归位"}; got != want {
		t.Errorf("begins as %q, want %q", got, want)
	}
	if err := s.Speak("en"); err != nil {
		t.Fatal(err)
	}
	if got, want := look(), [7]string{"en", "Guiwei", "Xiaoshu en", "fr", "Group", "Front", "Guiwei"}; got != want {
		t.Errorf("then %q, want %q", got, want)
	}
	if id, err := s.AddPerson(Person{Name: "new"}); err != nil || s.world.person(id).Language != "en" {
		t.Errorf("a new phone does not speak the page's language: %v", err)
	}
	if err := s.SetLanguage(42, "zh-hant"); err != nil {
		t.Fatal(err)
	}
	if err := s.Speak("zh-hans"); err != nil || s.world.person(42).Language != "zh-hant" {
		t.Errorf("a phone set by hand follows the page: %v", err)
	}
	if err := s.Speak("xx"); err == nil {
		t.Error("takes a language that the page has not")
	}
}
