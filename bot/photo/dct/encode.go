package dct

import (
	"context"
	"errors"
	"math"
	"sync"
)

// ErrLarge says that not even the coarsest quantisation keeps the budget.
var ErrLarge = errors.New("picture does not fit its budget")

// Budget is what Encode may spend. Scales multiply the tables of T.81 annex K: 0.16 is commonly called quality 92, 1 is quality
// 50, 1.67 is 30; below the finest a file grows and shows nothing more.
type Budget struct {
	Bytes            int
	Finest, Coarsest float64
}

const (
	sampleEvery = 8     // rows of units that one of the sample stands for
	sampleFirst = 0.5   // scale at which most samples are laid: finer ones cost time
	layFiner    = 0.9   // a whole picture is laid a little finer than the sample says
	enough      = 0.99  // part of the budget that need not be bettered
	stuffed     = 1.004 // what the zeros behind bytes of ones add, in the mean
	attempts    = 8
	slope       = 1.25 // a file grows by a percent when the scale falls by so many
)

// Encode writes the largest baseline JPEG of at most the budget: the transform is done once; how much a quantisation weighs is
// known from a sample of the rows, then exactly from the counts of all symbols, before a byte is written. The Huffman tables are
// the best for the picture. It takes two goroutines, which have ended when it returns, about 5 bytes a pixel for a moment, and
// ends early when ctx does.
func Encode(ctx context.Context, p Picture, b Budget) ([]byte, error) {
	scale := p.guess(ctx, b)
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	s := search{picture: p, budget: b, low: b.Finest, high: b.Coarsest}
	return s.run(ctx, scale)
}

// guess finds the scale by a sample of the rows.
func (p Picture) guess(ctx context.Context, b Budget) float64 {
	_, down := p.units()
	every := sampleEvery
	if down < 4*sampleEvery {
		every = 1
	}
	rows := ceil(down-every/2, every)
	share := float64(rows) / float64(down)
	bits := (float64(b.Bytes)/stuffed - headerBytes) * 8 * share
	low, high := max(b.Finest, sampleFirst), b.Coarsest
	laid := p.lay(ctx, every/2, down, every, low)
	if low > b.Finest && p.weigh(low, laid) < bits {
		low, high = b.Finest, low
		laid = p.lay(ctx, every/2, down, every, low)
	}
	for range 7 {
		middle := math.Sqrt(low * high)
		if p.weigh(middle, laid) <= bits {
			high = middle
		} else {
			low = middle
		}
	}
	if high < b.Finest*1.03 {
		return b.Finest
	}
	return high
}

// weigh is how many bits coefficients take at a scale.
func (p Picture) weigh(scale float64, laid coefs) float64 {
	q := p.quantiser(scale)
	q.tokens = make([]token, 0, len(laid)+len(laid)/2)
	q.take(laid)
	_, bits := newBook(&q.counts)
	return float64(bits)
}

func (p Picture) quantiser(scale float64) quantiser {
	luma, colour := steps(&lumaTable, scale), steps(&colourTable, scale)
	return quantiser{luma: newRatios(&luma), colour: newRatios(&colour), grey: p.Grey()}
}

// search closes in on the finest scale that fits.
type search struct {
	picture   Picture
	budget    Budget
	low, high float64 // nothing finer than low was found to fit; high is the coarsest worth a try
	laid      [2]coefs
	laidAt    float64
	best      []byte
}

func (s *search) run(ctx context.Context, scale float64) ([]byte, error) {
	for range attempts {
		s.layFor(ctx, scale)
		out, weight := s.try(scale)
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if out != nil && len(out) > len(s.best) {
			s.best = out
		}
		if out != nil {
			s.high = scale
		} else {
			s.low = scale
		}
		if weight <= 1 && (weight > enough || scale <= s.budget.Finest) || weight > 1 && scale >= s.budget.Coarsest || s.high < s.low*1.002 {
			break
		}
		next := scale * math.Pow(weight/((1+enough)/2), slope)
		if next <= s.low || next >= s.high {
			next = s.between(next)
		}
		scale = next
	}
	if s.best == nil {
		return nil, ErrLarge
	}
	return s.best, nil
}

// between keeps a guess inside what is still open; its ends are open too as long as nothing was tried there.
func (s *search) between(next float64) float64 {
	switch {
	case next <= s.low && s.low == s.budget.Finest:
		return s.low
	case next >= s.high && s.high == s.budget.Coarsest:
		return s.high
	}
	return math.Sqrt(s.low * s.high)
}

// layFor sees to coefficients that are fine enough for a scale.
func (s *search) layFor(ctx context.Context, scale float64) {
	if s.laidAt == 0 || scale < s.laidAt {
		s.laidAt = scale * layFiner
		s.laid = s.picture.layAll(ctx, s.laidAt)
	}
}

// try quantises the picture at a scale; the file is written where it fits. weight is its size in budgets.
func (s *search) try(scale float64) (out []byte, weight float64) {
	upper, lower := s.picture.quantiser(scale), s.picture.quantiser(scale)
	upper.tokens, lower.tokens = make([]token, 0, len(s.laid[0])*5/4), make([]token, 0, len(s.laid[1])*5/4)
	lower.follow(s.laid[0])
	var second sync.WaitGroup
	second.Go(func() { lower.take(s.laid[1]) })
	upper.take(s.laid[0])
	second.Wait()
	for i, n := range lower.counts {
		upper.counts[i] += n
	}
	codes, bits := newBook(&upper.counts)
	if weight = (float64(bits)/8 + headerBytes) / float64(s.budget.Bytes); weight > 1 {
		return nil, weight
	}
	out = s.picture.write(scale, &codes, bits/8, upper.tokens, lower.tokens)
	if weight = float64(len(out)) / float64(s.budget.Bytes); weight > 1 {
		return nil, weight
	}
	return out, weight
}

// follow starts the predictions of DC where other coefficients end.
func (q *quantiser) follow(before coefs) {
	slot := 2
	if q.grey {
		slot = 0
	}
	by := [3]*ratios{&q.luma, &q.colour, &q.colour}
	for i := len(before) - 1; i >= 0 && slot >= 0; i-- {
		if before[i]&63 == 0 {
			q.last[slot] = rounded(int64(before[i]>>6), by[slot][0], keepDC)
			slot--
		}
	}
}
