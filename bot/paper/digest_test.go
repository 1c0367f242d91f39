package paper_test

import (
	"bytes"
	"encoding/json"
	"image/png"
	"os"
	"strings"
	"testing"

	"guiwei/bot/paper"
)

func day() paper.Digest {
	return paper.Digest{Title: "审核的一天 · 11 月 24 日", Heading: "不通过的原因", Nothing: "今天没有不通过的。",
		Tiles: []paper.Tile{{"12", "在审"}, {"38", "今天办结"}, {"42 分钟", "一半等了不到"}, {"1.6 天", "最早的已等"}},
		Bars:  []paper.Bar{{"图片模糊", 9}, {"手臂不全", 5}, {"证件信息看不清", 4}, {"手指遮挡", 2}, {"面部有遮挡", 1}}}
}

// Rows: V9
func TestADaysPictureIsSmallAndItsBarsAreInProportion(t *testing.T) {
	t.Parallel()
	raw, err := day().Draw()
	if err != nil {
		t.Fatal(err)
	}
	if out := os.Getenv("PICTURE"); out != "" {
		if err := os.WriteFile(out, raw, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	img, err := png.Decode(bytes.NewReader(raw))
	if err != nil || len(raw) > 200<<10 {
		t.Fatalf("%d bytes, %v", len(raw), err)
	}
	t.Logf("%d bytes, %v", len(raw), img.Bounds())
	var lengths []int
	blue := 0
	for y := range img.Bounds().Dy() {
		n := 0
		for x := range img.Bounds().Dx() {
			if r, g, b, _ := img.At(x, y).RGBA(); r>>8 == 29 && g>>8 == 95 && b>>8 == 191 {
				n++
			}
		}
		if n > 0 && blue == 0 {
			lengths = append(lengths, n)
		}
		blue = n
	}
	want := []int{9, 5, 4, 2, 1}
	if len(lengths) != len(want) {
		t.Fatalf("bars of %v", lengths)
	}
	for i, n := range want {
		if got := float64(lengths[i]) * 9 / float64(lengths[0]); got < float64(n)-0.1 || got > float64(n)+0.1 {
			t.Errorf("bar %d is as long as %.2f, want %d", i, got, n)
		}
	}
	if _, err := (paper.Digest{Title: strings.Repeat("长", 90), Nothing: "没有"}).Draw(); err != nil {
		t.Errorf("an empty day: %v", err)
	}
}

// A reason whose letters the font lacks would be a row of boxes: make bot/paper/font/paper.ttf anew with its characters.
func TestEveryTextThatIsDrawnHasItsLetters(t *testing.T) {
	t.Parallel()
	for _, lang := range []string{"zh-Hans", "zh-Hant", "en"} {
		raw, err := os.ReadFile("../../locales/" + lang + ".json")
		if err != nil {
			t.Fatal(err)
		}
		var texts map[string]any
		if err := json.Unmarshal(raw, &texts); err != nil {
			t.Fatal(err)
		}
		n := 0
		for key, value := range texts {
			text, ok := value.(string)
			if !ok || !strings.HasPrefix(key, "reason.short.") && !strings.HasPrefix(key, "office.digest.") && !strings.HasPrefix(key, "office.figure.") &&
				key != "office.minutes" && key != "office.hours" && key != "office.days" {
				continue
			}
			if n++; !paper.Drawable(strings.ReplaceAll(text, "\n", "")) {
				t.Errorf("%s (%s) has letters that the font lacks: %s", key, lang, text)
			}
		}
		if n < 10 {
			t.Errorf("%s: %d texts looked at", lang, n)
		}
	}
	if paper.Drawable("龘") {
		t.Error("the font has everything")
	}
}
