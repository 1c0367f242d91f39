package samples_test

import (
	"bytes"
	"image/jpeg"
	"io/fs"
	"os"
	"strings"
	"testing"

	"guiwei/bot/photo/samples"
)

func TestTheSamplesAreTwoDifferentPicturesForAChat(t *testing.T) {
	t.Parallel()
	for name, raw := range map[string][]byte{"front": samples.Front(), "back": samples.Back()} {
		c, err := jpeg.DecodeConfig(bytes.NewReader(raw))
		if err != nil || c.Width != 1280 || c.Height != 820 || len(raw) > 150_000 {
			t.Errorf("%s: %dx%d, %d bytes, %v", name, c.Width, c.Height, len(raw), err)
		}
	}
	if bytes.Equal(samples.Front(), samples.Back()) {
		t.Error("front and back are the same picture")
	}
}

func TestTheDrawingsSayThatTheyAreSamples(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"front.svg", "back.svg"} {
		raw, err := fs.ReadFile(os.DirFS("."), name)
		if err != nil {
			t.Fatal(err)
		}
		for _, word := range []string{"样本", "正确", "错误"} {
			if !strings.Contains(string(raw), word) {
				t.Errorf("%s does not say %s", name, word)
			}
		}
	}
}
