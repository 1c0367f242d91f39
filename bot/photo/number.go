package photo

import (
	"cmp"
	"image"
	"math"
	"slices"
)

// line is glyphs that stand side by side like printed digits.
type line struct {
	glyphs []glyph
	height float64 // of a digit, the median, samples
	pitch  float64 // from one digit to the next, the median, samples
	slope  float64 // how far it falls per sample to the right
	slots  int     // places for digits from the first to the last
}

func (l line) box() image.Rectangle {
	var box image.Rectangle
	for _, g := range l.glyphs {
		box = box.Union(g.box)
	}
	return box
}

// spaced tells whether a line is set as wide as an ID number; the term of validity on the back is set closer.
func (l line) spaced() bool { return l.pitch >= .84*l.height }

// complete tells whether a line can be all of an ID number (18 digits, evenly spaced), or all of a term of validity (16 digits
// and five points and strokes that may be too small to count).
func (l line) complete() bool {
	if l.spaced() {
		return len(l.glyphs) >= 17 && l.slots >= 17 && l.slots <= 20 && l.pitch <= 1.2*l.height
	}
	return len(l.glyphs) >= 14 && l.slots >= 15
}

// linesOf are the rows of at least least glyphs, the longest first.
func linesOf(glyphs []glyph, least int) []line {
	near := newNeighbours(glyphs)
	used := make([]bool, len(glyphs))
	var out []line
	for i := range glyphs {
		if used[i] {
			continue
		}
		chain := near.follow(i)
		if len(chain) < least {
			continue
		}
		l := line{glyphs: make([]glyph, len(chain))}
		for j, at := range chain {
			used[at], l.glyphs[j] = true, glyphs[at]
		}
		out = append(out, l.measured())
	}
	out = joinedLines(out)
	slices.SortStableFunc(out, func(a, b line) int { return cmp.Compare(len(b.glyphs), len(a.glyphs)) })
	return out
}

// joinedLines puts two lines together that go on with one another after a gap of up to three digits, where only both are a
// whole number: a spot of dirt, a digit that runs into the next one.
func joinedLines(all []line) []line {
	n := len(all)
	for i := range n {
		for j := range n {
			if i == j || all[i].complete() || all[j].complete() || !all[i].goesOn(all[j]) {
				continue
			}
			if both := (line{glyphs: append(slices.Clone(all[i].glyphs), all[j].glyphs...)}).measured(); both.complete() {
				all = append(all, both)
			}
		}
	}
	return all
}

// goesOn tells whether a line further right is the rest of this one.
func (l line) goesOn(o line) bool {
	from, to := l.glyphs[len(l.glyphs)-1], o.glyphs[0]
	dx, dy := to.x()-from.x(), to.y()-from.y()
	return dx > .4*l.height && dx < 4*l.height && math.Abs(dy-l.slope*dx) < .35*l.height &&
		math.Abs(l.height-o.height) < .2*l.height+1 && math.Abs(l.pitch-o.pitch) < .3*l.pitch && math.Abs(l.slope-o.slope) < .08
}

// measured fills in what a line's glyphs tell.
func (l line) measured() line {
	heights, steps := make([]float64, len(l.glyphs)), make([]float64, len(l.glyphs)-1)
	for i, g := range l.glyphs {
		heights[i] = g.height()
		if i > 0 {
			steps[i-1] = g.x() - l.glyphs[i-1].x()
		}
	}
	first, last := l.glyphs[0], l.glyphs[len(l.glyphs)-1]
	l.height, l.pitch = median(heights), median(steps)
	l.slope = (last.y() - first.y()) / (last.x() - first.x())
	l.slots = int(math.Round((last.x()-first.x())/l.pitch)) + 1
	return l
}

func median(v []float64) float64 {
	s := slices.Sorted(slices.Values(v))
	return s[len(s)/2]
}

// neighbours finds the glyph to the right of another by a grid of cells.
type neighbours struct {
	glyphs []glyph
	cells  map[image.Point][]int
}

const cellSide = 32

func newNeighbours(glyphs []glyph) neighbours {
	n := neighbours{glyphs, make(map[image.Point][]int, len(glyphs))}
	for i, g := range glyphs {
		c := image.Pt(int(g.x())/cellSide, int(g.y())/cellSide)
		n.cells[c] = append(n.cells[c], i)
	}
	return n
}

// follow walks from a glyph to the right for as long as there is a next one of its height on a straight line.
func (n neighbours) follow(i int) []int {
	chain := []int{i}
	for len(chain) < 64 {
		next := n.next(chain)
		if next < 0 {
			break
		}
		chain = append(chain, next)
	}
	return chain
}

// next is the nearest glyph that goes on with a chain; -1 when there is none.
func (n neighbours) next(chain []int) int {
	g := n.glyphs[chain[len(chain)-1]]
	first := n.glyphs[chain[max(0, len(chain)-6)]]
	slope, known := 0.0, len(chain) >= 4
	if known {
		slope = (g.y() - first.y()) / (g.x() - first.x())
	}
	best, nearest := -1, math.Inf(1)
	reach := 2.4 * g.height()
	for cx := int(g.x()) / cellSide; cx <= int(g.x()+reach)/cellSide; cx++ {
		for cy := int(math.Max(0, g.y()-reach)) / cellSide; cy <= int(g.y()+reach)/cellSide; cy++ {
			for _, j := range n.cells[image.Pt(cx, cy)] {
				o := n.glyphs[j]
				dx, dy := o.x()-g.x(), o.y()-g.y()
				tall, small := math.Max(g.height(), o.height()), math.Min(g.height(), o.height())
				if dx < .4*tall || dx > 2.4*tall || small < .72*tall-1 {
					continue
				}
				if known && math.Abs(dy-slope*dx) > .3*tall || !known && math.Abs(dy) > .45*dx {
					continue
				}
				if d := dx + 2*math.Abs(dy-slope*dx); d < nearest {
					best, nearest = j, d
				}
			}
		}
	}
	return best
}

// leastRow is how many glyphs make a line of text.
const leastRow = 5

// better prefers the line with more glyphs, of equals the lower one: the number is the card's last line.
func (l line) better(o line) bool {
	return cmp.Or(cmp.Compare(len(l.glyphs), len(o.glyphs)), cmp.Compare(l.glyphs[0].y(), o.glyphs[0].y())) > 0
}

// scaled is the line in samples of another plane of the picture.
func (l line) scaled(k float64) line {
	if k == 1 {
		return l
	}
	glyphs := make([]glyph, len(l.glyphs))
	for i, g := range l.glyphs {
		g.box = image.Rect(int(float64(g.box.Min.X)*k), int(float64(g.box.Min.Y)*k), int(math.Ceil(float64(g.box.Max.X)*k)), int(math.Ceil(float64(g.box.Max.Y)*k)))
		glyphs[i] = g
	}
	l.glyphs, l.height, l.pitch = glyphs, l.height*k, l.pitch*k
	return l
}
