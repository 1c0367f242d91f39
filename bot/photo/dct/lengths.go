package dct

import (
	"cmp"
	"slices"
)

// lengths are the code lengths of one table, 1..16 bits by symbol; 0 where a symbol does not occur.
type lengths [256]uint8

// newLengths finds the shortest codes for the counts of one table, at most 16 bits long and none of ones alone (T.81 K.2).
func newLengths(count []int32) (out lengths) {
	type leaf struct {
		symbol int
		weight int64
	}
	leaves := make([]leaf, 0, 257)
	for s, n := range count {
		if n > 0 {
			leaves = append(leaves, leaf{s, int64(n)})
		}
	}
	slices.SortFunc(leaves, func(a, b leaf) int { return cmp.Or(cmp.Compare(a.weight, b.weight), b.symbol-a.symbol) })
	weights := make([]int64, 1, len(leaves)+1) // the first, of weight 0, is the code of ones
	for _, l := range leaves {
		weights = append(weights, l.weight)
	}
	perLength := codeLengths(weights)
	shorten(perLength)
	n := len(leaves) - 1
	for length, codes := range perLength {
		for ; codes > 0 && n >= 0; codes-- {
			out[leaves[n].symbol] = uint8(length) //nolint:gosec // at most 16
			n--
		}
	}
	return out
}

// codeLengths counts the codes of each length in Huffman's tree over ascending weights, by two queues: leaves, and inner nodes,
// which are made in ascending order too.
func codeLengths(weights []int64) []int {
	n := len(weights)
	nodes := slices.Grow(slices.Clone(weights), n)
	parent := make([]int, 2*n)
	leaf, inner := 0, n
	lightest := func() int {
		if leaf < n && (inner >= len(nodes) || nodes[leaf] <= nodes[inner]) {
			leaf++
			return leaf - 1
		}
		inner++
		return inner - 1
	}
	for len(nodes) < 2*n-1 {
		a, b := lightest(), lightest()
		parent[a], parent[b] = len(nodes), len(nodes)
		nodes = append(nodes, nodes[a]+nodes[b])
	}
	depth := make([]int, len(nodes))
	perLength := make([]int, max(n, 17)+1)
	for i := len(nodes) - 2; i >= 0; i-- {
		depth[i] = depth[parent[i]] + 1
		if i < n {
			perLength[depth[i]]++
		}
	}
	return perLength
}

// shorten brings codes longer than 16 bits down: two leaves of the deepest level make room by moving a higher leaf one down
// (T.81, figure K.3). The code of ones, one of the longest, is taken out.
func shorten(perLength []int) {
	for i := len(perLength) - 1; i > 16; i-- {
		for perLength[i] > 0 {
			j := i - 2
			for perLength[j] == 0 {
				j--
			}
			perLength[i] -= 2
			perLength[i-1]++
			perLength[j+1] += 2
			perLength[j]--
		}
	}
	i := 16
	for i > 0 && perLength[i] == 0 {
		i--
	}
	perLength[i]--
}

// book is the four tables.
type book [4]lengths

// newBook makes the best tables for the counts and tells the bits that all tokens take.
func newBook(c *counts) (b book, size int) {
	for t := range b {
		of := c[256*t : 256*t+256]
		b[t] = newLengths(of)
		for s, n := range of {
			size += int(n) * (int(b[t][s]) + s&15)
		}
	}
	return b, size
}

// listed are the symbols of a table by length, as a DHT segment and a decoder order them, and how many each length has.
func (l *lengths) listed() (perLength [16]byte, symbols []byte) {
	for n := range perLength {
		for s, length := range l {
			if int(length) == n+1 {
				perLength[n]++
				symbols = append(symbols, byte(s)) //nolint:gosec // below 256
			}
		}
	}
	return perLength, symbols
}
