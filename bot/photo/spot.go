package photo

import "image"

// spot is marked samples that touch.
type spot struct {
	box  image.Rectangle
	area int // samples
}

// run is marked samples of one row, [from, to).
type run struct{ from, to, spot int }

func (r run) alone(y int) spot { return spot{image.Rect(r.from, y, r.to, y+1), r.to - r.from} }

func (s *spot) add(o spot) { s.box, s.area = s.box.Union(o.box), s.area+o.area }

// mostRuns bounds what a picture of dots may hold in memory, 30 MB; a photo at full size has a fifth of it. Past it the rest
// of the picture is not looked at.
const mostRuns = 600_000

// spots joins marked samples (not 0) that touch, corners included.
func (p plane) spots() []spot {
	var s sorter
	var above, here []run
	for y := 0; y < p.h && len(s.parts) < mostRuns; y++ {
		here = runs(here[:0], p.pix[y*p.w:(y+1)*p.w])
		next := 0
		for i := range here {
			r := &here[i]
			r.spot = s.put(r.alone(y))
			for next < len(above) && above[next].to < r.from {
				next++
			}
			for j := next; j < len(above) && above[j].from <= r.to; j++ {
				s.join(above[j].spot, r.spot)
			}
		}
		above, here = here, above
	}
	return s.sums()
}

// runs appends the marked stretches of a row.
func runs(out []run, row []uint8) []run {
	for x := 0; x < len(row); x++ {
		if row[x] == 0 {
			continue
		}
		from := x
		for x < len(row) && row[x] != 0 {
			x++
		}
		out = append(out, run{from: from, to: x})
	}
	return out
}

// sorter keeps which runs belong together: union-find, the first of a spot is its root.
type sorter struct {
	parts  []spot
	parent []int
}

func (s *sorter) put(part spot) int {
	s.parts, s.parent = append(s.parts, part), append(s.parent, len(s.parts))
	return len(s.parts) - 1
}

func (s *sorter) root(i int) int {
	for s.parent[i] != i {
		s.parent[i] = s.parent[s.parent[i]]
		i = s.parent[i]
	}
	return i
}

func (s *sorter) join(a, b int) {
	if a, b = s.root(a), s.root(b); a != b {
		s.parent[max(a, b)] = min(a, b)
	}
}

// sums adds up the runs of each spot, in the order of their first rows.
func (s *sorter) sums() []spot {
	out, place := s.parts[:0], make([]int, len(s.parts))
	for i := range s.parts {
		r := s.root(i)
		if r == i {
			place[i] = len(out)
			out = append(out, s.parts[i])
			continue
		}
		part := s.parts[i]
		out[place[r]].add(part)
	}
	return out
}
