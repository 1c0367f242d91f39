package rules

import (
	_ "embed"
	"encoding/binary"
	"fmt"
	"slices"
	"strings"
)

//go:embed data/words.txt
var wordsFile string

// words are 512 everyday words in pinyin, none longer than eight letters.
var words = strings.Fields(wordsFile)

// Suggest makes a passphrase of three different words and four digits, at most 30 characters, like
// "xiongmao-doujiang-yusan4827": 40.3 bits of the random bytes given.
func Suggest(random [32]byte) string {
	draw := func(i, of int) int { return int(binary.BigEndian.Uint32(random[8*i:])>>1) % of }
	var said []string
	var taken []int // ascending
	for i := range 3 {
		w := draw(i, len(words)-i)
		at := 0
		for at < len(taken) && w >= taken[at] { // the w-th of those left
			w++
			at++
		}
		taken = slices.Insert(taken, at, w)
		said = append(said, words[w])
	}
	return fmt.Sprintf("%s%04d", strings.Join(said, "-"), draw(3, 10_000))
}
