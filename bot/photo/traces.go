package photo

import (
	"bytes"
	"encoding/binary"
	"slices"
	"strings"
)

// Traces: a picture came through an editor, or has the shape of a screen. Neither proves anything, and an honest student may
// have cropped a picture: they are for the reviewer's eye, never a refusal (rule 3 of the guide: 真实、不要修改).
const (
	TraceEditor     = "editor"
	TraceScreenshot = "screenshot"
)

// editors are what programs that change pictures write about themselves, in lower case.
var editors = []string{"photoshop", "gimp", "lightroom", "snapseed", "meitu", "美图", "picsart", "facetune", "beautycam", "vsco",
	"pixelmator", "affinity", "paint.net", "canva", "pixlr", "faceapp", "remini", "airbrush", "photoroom", "ps express"}

// searched is how much of a file is searched for a program's name: metadata stand in front.
const searched = 256 << 10

// traces looks at what a file says of itself.
func traces(raw []byte, src source) []string {
	var list []string
	if edited(raw, src.kind) {
		list = append(list, TraceEditor)
	}
	if screenLike(src) {
		list = append(list, TraceScreenshot)
	}
	return list
}

// screenLike tells the shape of a phone's screen: no camera makes pictures longer than 16:9 by more than a tenth, and screens
// of this decade are 2:1 and longer.
func screenLike(src source) bool {
	return src.shortSide() > 0 && float64(src.longSide())/float64(src.shortSide()) >= 1.95
}

func edited(raw []byte, kind string) bool {
	var said []byte
	switch kind {
	case KindJPEG:
		said = metadataJPEG(raw[:min(len(raw), searched)])
	case KindPNG:
		said = beforePixels(raw[:min(len(raw), searched)])
	}
	said = bytes.ToLower(said)
	return slices.ContainsFunc(editors, func(name string) bool {
		return bytes.Contains(said, []byte(name)) || bytes.Contains(said, wide(name))
	})
}

// wide is a name as UTF-16, big end first, which some programs write.
func wide(name string) []byte {
	var out []byte
	for _, c := range strings.ToLower(name) {
		out = binary.BigEndian.AppendUint16(out, uint16(c)) //nolint:gosec // names of the basic plane
	}
	return out
}

// metadataJPEG joins the application and comment segments before the pixels (ITU-T T.81, B.1.1.4). An ICC profile is left
// out: it names who made the screen.
func metadataJPEG(raw []byte) []byte {
	var said []byte
	for i := 2; i+4 <= len(raw) && raw[i] == 0xff; {
		marker, long := raw[i+1], int(binary.BigEndian.Uint16(raw[i+2:]))
		if marker == 0xda || long < 2 {
			break
		}
		end := min(len(raw), i+2+long)
		if marker >= 0xe1 && marker <= 0xef && marker != 0xe2 || marker == 0xfe {
			said = append(said, raw[i+4:max(i+4, end)]...)
		}
		i += 2 + long
	}
	return said
}

// beforePixels is what stands in a PNG before its first IDAT.
func beforePixels(raw []byte) []byte {
	before, _, _ := bytes.Cut(raw, []byte("IDAT"))
	return before
}
