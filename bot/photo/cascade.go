package photo

import (
	"encoding/binary"
	"math"

	pigo "github.com/esimov/pigo/core"
)

// cascade is a classifier of pixel differences (Markuš et al. 2013, "Object detection with pixel intensity comparisons organized
// in decision trees") as pigo's files hold it. It finds what pigo finds, hit for hit, in half of the time: where a tree looks is
// reckoned once for a size of the window, not once for each window.
type cascade struct{ trees []tree }

// A tree of the cascade has six floors of nodes, the first node at 1, and a leaf for each way down.
const (
	floors = 6
	leaves = 1 << floors
)

type tree struct {
	codes  [leaves][4]int8 // of a node: row and column of two pixels, in 1/256 of the window's size from its middle
	values [leaves]float32
	least  float32 // at this sum or below it the window is none
}

// parseCascade reads a file: 12 bytes that say nothing here, the number of trees, then each tree's nodes, leaves and threshold,
// all little-endian.
func parseCascade(raw []byte) cascade {
	c := cascade{make([]tree, binary.LittleEndian.Uint32(raw[12:]))}
	raw = raw[16:]
	number := func() float32 {
		v := math.Float32frombits(binary.LittleEndian.Uint32(raw))
		raw = raw[4:]
		return v
	}
	for i := range c.trees {
		t := &c.trees[i]
		for n := 1; n < leaves; n++ {
			for k, b := range raw[:4] {
				t.codes[n][k] = int8(b) //nolint:gosec // the bytes are signed
			}
			raw = raw[4:]
		}
		for n := range t.values {
			t.values[n] = number()
		}
		t.least = number()
	}
	return c
}

// pair is where a node looks: offsets of two pixels from the middle of the window.
type pair struct{ a, b int32 }

// reach is the cascade made ready for windows of one size on planes of one width. Few windows pass the first trees: the others
// are made ready when one gets there.
type reach struct {
	*cascade
	size, width int
	ready       [][leaves]pair
}

func (r *reach) add() {
	var nodes [leaves]pair
	for n, code := range r.trees[len(r.ready)].codes {
		nodes[n] = pair{r.offset(code[0], code[1]), r.offset(code[2], code[3])}
	}
	r.ready = append(r.ready, nodes)
}

func (r *reach) offset(row, col int8) int32 {
	return int32((int(row)*r.size>>8)*r.width + int(col)*r.size>>8) //nolint:gosec // inside the plane
}

// walk is the leaf that a window around the middle comes to in a tree.
func walk(nodes *[leaves]pair, pix []uint8, middle int) int {
	at := 1
	for range floors {
		at = 2*at + side(pix, nodes[at%leaves], middle)
	}
	return at % leaves
}

func side(pix []uint8, look pair, middle int) int {
	right := 0
	if pix[middle+int(look.a)] <= pix[middle+int(look.b)] {
		right = 1
	}
	return right
}

// walks is walk for four windows, side by side: one's next look does not wait for another's.
func walks(nodes *[leaves]pair, pix []uint8, middle, step int) [abreast]int {
	a, b, c, d := 1, 1, 1, 1
	for range floors {
		a = 2*a + side(pix, nodes[a%leaves], middle)
		b = 2*b + side(pix, nodes[b%leaves], middle+step)
		c = 2*c + side(pix, nodes[c%leaves], middle+2*step)
		d = 2*d + side(pix, nodes[d%leaves], middle+3*step)
	}
	return [abreast]int{a % leaves, b % leaves, c % leaves, d % leaves}
}

// window is one place of the scan: what its trees came to so far, and whether it is out.
type window struct {
	sum float32
	out bool
}

// abreast is how many windows go through the early trees together.
const (
	abreast = 4
	early   = 24
)

func (r *reach) nodes(tree int) *[leaves]pair {
	if tree == len(r.ready) {
		r.add()
	}
	return &r.ready[tree]
}

func (w *window) add(t *tree, leaf int) {
	w.sum += t.values[leaf]
	w.out = w.out || w.sum <= t.least
}

// begin takes windows around the middle and the places step, twice and three times step after it through the early trees.
func (r *reach) begin(pix []uint8, middle, step int) (four [abreast]window) {
	for i := range min(early, len(r.trees)) {
		to, t, out := walks(r.nodes(i), pix, middle, step), &r.trees[i], true
		for n := range four {
			four[n].add(t, to[n])
			out = out && four[n].out
		}
		if out {
			break
		}
	}
	return four
}

// score takes a window through the trees from one on, and says how sure it is that it holds a face; 0 where it holds none.
func (r *reach) score(w window, from int, pix []uint8, middle int) float32 {
	for i := from; i < len(r.trees) && !w.out; i++ {
		w.add(&r.trees[i], walk(r.nodes(i), pix, middle))
	}
	if w.out {
		return 0
	}
	return w.sum - r.trees[len(r.trees)-1].least
}

// row adds the hits whose middles are in one row of a plane, at columns from the first on.
func (r *reach) row(p plane, row, first, step int, found []pigo.Detection) []pigo.Detection {
	hit := func(col int, q float32) {
		if q > 0 {
			found = append(found, pigo.Detection{Row: row, Col: col, Scale: r.size, Q: q})
		}
	}
	col := first
	for ; col+(abreast-1)*step <= p.w-first; col += abreast * step {
		for n, w := range r.begin(p.pix, row*p.w+col, step) {
			if !w.out {
				hit(col+n*step, r.score(w, early, p.pix, row*p.w+col+n*step))
			}
		}
	}
	for ; col <= p.w-first; col += step {
		hit(col, r.score(window{}, 0, p.pix, row*p.w+col))
	}
	return found
}

// hits are the windows of a plane that hold a face.
func (c *cascade) hits(p plane, s scan) (found []pigo.Detection) {
	for size := max(leastWindow, s.least); size <= s.most; size = s.next(size) {
		r := reach{cascade: c, size: size, width: p.w}
		step, edge := max(1, int(s.shift*float64(size))), size/2+1
		for row := edge; row <= p.h-edge; row += step {
			found = r.row(p, row, edge, step, found)
		}
	}
	return found
}

// next is the size of window after one, as pigo rounds it.
func (s scan) next(size int) int {
	return int(float64(size) + math.Max(2, float64(size)*s.scale-float64(size)))
}
