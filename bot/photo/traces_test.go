package photo

import (
	"encoding/binary"
	"image"
	"strings"
	"testing"
)

// Rows: S31
func TestTracesOfAnEditorAndOfAScreenAreTold(t *testing.T) {
	t.Parallel()
	plain := asJPEG(t, image.NewNRGBA(image.Rect(0, 0, 900, 1200)), 80)
	tall := asJPEG(t, image.NewNRGBA(image.Rect(0, 0, 591, 1280)), 80)
	for name, c := range map[string]struct {
		raw  []byte
		want string
	}{
		"a camera's":          {marked(plain, 0xe1, "Exif\x00\x00Apple iPhone 15 Pro\x0018.1"), ""},
		"an editor in EXIF":   {marked(plain, 0xe1, "Exif\x00\x00Adobe Photoshop 26.0 (Windows)"), TraceEditor},
		"an editor in XMP":    {marked(plain, 0xe1, "http://ns.adobe.com/xap/1.0/\x00<xmp:CreatorTool>GIMP 2.10</xmp:CreatorTool>"), TraceEditor},
		"in UTF-16":           {marked(plain, 0xe1, "Exif\x00\x00\x00S\x00n\x00a\x00p\x00s\x00e\x00e\x00d"), TraceEditor},
		"美图":                  {marked(plain, 0xfe, "美图秀秀"), TraceEditor},
		"an ICC profile":      {marked(plain, 0xe2, "ICC_PROFILE\x00Adobe Photoshop"), ""},
		"behind the pixels":   {append(plain[:len(plain):len(plain)], "photoshop"...), ""},
		"a screen's shape":    {tall, TraceScreenshot},
		"edited on a screen":  {marked(tall, 0xe1, "Exif\x00\x00PicsArt"), TraceEditor + " " + TraceScreenshot},
		"a segment cut short": {append(plain[:2:2], 0xff, 0xe1, 0xff), ""},
	} {
		seen, err := New(Options{}).Examine(t.Context(), c.raw)
		if got := strings.Join(seen.Traces, " "); err != nil || got != c.want {
			t.Errorf("%s: %q, want %q (%v)", name, got, c.want, err)
		}
	}
}

// marked puts a segment of metadata behind the start of a JPEG.
func marked(raw []byte, marker byte, said string) []byte {
	head := binary.BigEndian.AppendUint16([]byte{0xff, 0xd8, 0xff, marker}, uint16(len(said)+2)) //nolint:gosec // short texts
	return append(append(head, said...), raw[2:]...)
}
