package dct

import "math/bits"

// token is a symbol with the bits that follow it: from bit 16 the symbol (8 bits) and its table (luma DC and AC, colour DC and
// AC), below the bits of the value, as many as the symbol's low half says.
type token uint32

// counts are how often each symbol of each table occurs.
type counts [4 * 256]int32

const (
	tableDC, tableAC = 0, 256 // of luma; a colour's stand two further
	tableColour      = 512
	zeros16          = 0xf0 // a run of 16 zeros
)

// ratios are what a coefficient is multiplied by, in fractions of 2^ratioBits, to be counted in steps; zigzag order.
type ratios [64]int64

const ratioBits = 32

func newRatios(q *[64]uint8) (out ratios) {
	for k, at := range unzigzag {
		out[k] = int64((1 << ratioBits) / (float64(q[at]) * gain(int(at&7), int(at>>3))))
	}
	return out
}

// quantiser makes tokens of coefficients.
type quantiser struct {
	luma, colour ratios
	grey         bool
	last         [3]int32 // DC of the block before, by component
	tokens       []token
	counts       counts
}

// take quantises units, in the order they are coded.
func (q *quantiser) take(in coefs) {
	for slot := 0; len(in) > 0; slot++ {
		if slot == 6 {
			slot = 0
		}
		if q.grey || slot < 4 {
			in = q.block(in, &q.luma, &q.last[0], 0)
		} else {
			in = q.block(in, &q.colour, &q.last[slot-3], tableColour)
		}
	}
}

// block quantises one block and returns what follows it.
func (q *quantiser) block(in coefs, by *ratios, last *int32, table uint32) coefs {
	dc := rounded(int64(in[0]>>6), by[0], keepDC)
	difference := dc - *last
	*last = dc
	q.put(table+tableDC, 0, difference)
	before := int32(0)
	n := 1
	for ; n < len(in) && in[n]&63 != 0; n++ {
		k := in[n] & 63
		level := rounded(int64(in[n]>>6), by[k], keepAC)
		if level == 0 {
			continue
		}
		run := k - before - 1
		for ; run > 15; run -= 16 {
			q.add(table+tableAC+zeros16, 0)
		}
		q.put(table+tableAC, uint32(run)<<4, level) //nolint:gosec // 0..15
		before = k
	}
	if before < 63 {
		q.add(table+tableAC, 0)
	}
	return in[n:]
}

// rounded counts a coefficient in steps; what is past a whole number of steps counts from the part keep on.
func rounded(v, ratio int64, keep float64) int32 {
	up := int64((1 - keep) * (1 << ratioBits))
	if v < 0 {
		return -int32((up - v*ratio) >> ratioBits) //nolint:gosec // at most 2^11 steps
	}
	return int32((up + v*ratio) >> ratioBits) //nolint:gosec // at most 2^11 steps
}

// put adds a value: its size stands in the symbol, its bits behind (T.81 F.1.2).
func (q *quantiser) put(table, run uint32, value int32) {
	sign := value >> 31
	size := uint32(bits.Len32(uint32((value ^ sign) - sign))) //nolint:gosec // the absolute value
	low := uint32(value+sign) & (1<<size - 1)                 //nolint:gosec // the low bits alone
	q.add(table+run+size, low)
}

func (q *quantiser) add(symbol, low uint32) {
	q.tokens = append(q.tokens, token(symbol<<16|low))
	q.counts[symbol&1023]++
}
