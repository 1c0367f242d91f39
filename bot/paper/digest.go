package paper

import (
	"image"
	"strconv"
)

// Digest is a day in figures: up to four large ones, and bars.
type Digest struct {
	Title   string
	Tiles   []Tile
	Heading string // over the bars
	Bars    []Bar
	Nothing string // stands where there are no bars
}

// Tile is one large figure and what it is.
type Tile struct{ Figure, Name string }

// Bar is one thing and how often it was.
type Bar struct {
	Name string
	N    int
}

// How a digest is laid out, in pixels: read on a phone, where it is shown at a third of its size.
const (
	digestWidth = 1080
	margin      = 56
	tileHeight  = 170
	tileGap     = 20
	barHeight   = 36
	barStep     = 68
	barsAtMost  = 8
	nameWidth   = 300
)

// Draw makes a PNG of a digest, 10 to 60 KB. Bars begin at zero and share one scale; each has its figure beside it.
func (d Digest) Draw() ([]byte, error) {
	bars := d.Bars[:min(len(d.Bars), barsAtMost)]
	top := 130 + tileHeight + 56
	height := top + 60 + max(1, len(bars))*barStep + margin - 20
	s, err := newSheet(digestWidth, height)
	if err != nil {
		return nil, err
	}
	s.write(s.middle, ink, margin, 84, fitted(s.middle, d.Title, digestWidth-2*margin))
	s.tiles(d.Tiles, 130)
	s.write(s.small, grey, margin, top+26, d.Heading)
	if len(bars) == 0 {
		s.write(s.middle, ink, margin, top+60+barStep/2+10, d.Nothing)
	}
	s.bars(bars, top+60)
	return s.png()
}

func (s *sheet) tiles(tiles []Tile, y int) {
	const most = 4
	tiles = tiles[:min(len(tiles), most)]
	width := (digestWidth - 2*margin - (most-1)*tileGap) / most
	for i, t := range tiles {
		x := margin + i*(width+tileGap)
		s.fill(image.Rect(x, y, x+width, y+tileHeight), pale)
		figure := s.huge
		if wide(figure, t.Figure) > width-40 {
			figure = s.middle
		}
		s.write(figure, ink, x+20, y+82, fitted(figure, t.Figure, width-40))
		s.write(s.small, grey, x+20, y+136, fitted(s.small, t.Name, width-40))
	}
}

func (s *sheet) bars(bars []Bar, y int) {
	most := 1
	for _, b := range bars {
		most = max(most, b.N)
	}
	const left, room = margin + nameWidth + 20, digestWidth - 2*margin - nameWidth - 20 - 80
	for i, b := range bars {
		line := y + i*barStep
		base := line + barHeight - 9
		s.write(s.small, ink, margin, base, fitted(s.small, b.Name, nameWidth))
		length := max(4, room*b.N/most)
		s.fill(image.Rect(left, line, left+length, line+barHeight), blue)
		s.write(s.small, ink, left+length+16, base, strconv.Itoa(b.N))
	}
}
