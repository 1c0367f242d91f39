package photo

import (
	"cmp"
	_ "embed" // the cascade
	"image"
	"math"
	"slices"
	"sync"

	pigo "github.com/esimov/pigo/core"
)

// facefinder is the cascade of github.com/esimov/pigo v1.4.6, trained for frontal faces; MIT, see facefinder.LICENSE.
//
//go:embed facefinder
var facefinder []byte

// faceFinder unpacks the cascade once; it is only read afterwards.
var faceFinder = sync.OnceValue(func() *cascade {
	c := parseCascade(facefinder)
	return &c
})

// leastWindow is the smallest face that is looked for, in samples.
const leastWindow = 16

// The scan, from photos.md: a coarser one was perfect on two people and lost half of the pictures of two others.
const (
	faceSide  = 480 // long side of the plane that is scanned, in samples
	faceScore = 100 // of a cluster: faces of the corpus 483 and more; folds and fingers reach 93
	faceDoubt = 35  // below it there is no face, above it there may be one: scenes without reach 31
	faceLeast = .14 // of the short side
)

// scan is how finely a plane is searched for faces.
type scan struct {
	least, most  int     // size of a face, samples
	shift, scale float64 // of the window's size, from one place or size to the next
}

func fine(p plane) scan {
	short := min(p.w, p.h)
	return scan{int(faceLeast * float64(short)), short, .05, 1.05}
}

// face is a frontal face, in samples of the plane that was scanned.
type face struct {
	box   image.Rectangle
	score float64
}

func (f face) size() int { return f.box.Dx() }

func (f face) middle() image.Point { return f.box.Min.Add(f.box.Max).Div(2) }

// mostHits bounds the work on a picture made of things like faces: each hit is compared with each.
const mostHits = 1500

// faces are those of a plane, the likeliest first, none twice.
func (p plane) faces(s scan) []face {
	var apart []face
	for _, f := range p.facesOf(s, faceDoubt) {
		if !slices.ContainsFunc(apart, f.meets) {
			apart = append(apart, f)
		}
	}
	return apart
}

// meets tells whether two faces are too near to be two: a place is often found once more, a little larger or beside.
func (f face) meets(o face) bool {
	d := f.middle().Sub(o.middle())
	return math.Hypot(float64(d.X), float64(d.Y)) <= .7*float64(max(f.size(), o.size()))
}

// facesOf are clusters of hits with a score of at least least, the likeliest first.
func (p plane) facesOf(s scan, least float64) []face {
	hits := faceFinder().hits(p, s)
	slices.SortStableFunc(hits, func(a, b pigo.Detection) int { return cmp.Compare(b.Q, a.Q) })
	var found []face
	for _, d := range pigo.NewPigo().ClusterDetections(hits[:min(len(hits), mostHits)], .2) {
		if float64(d.Q) >= least {
			corner := image.Pt(d.Col-d.Scale/2, d.Row-d.Scale/2)
			found = append(found, face{image.Rectangle{corner, corner.Add(image.Pt(d.Scale, d.Scale))}, float64(d.Q)})
		}
	}
	slices.SortStableFunc(found, func(a, b face) int { return cmp.Compare(b.score, a.score) })
	return found
}
