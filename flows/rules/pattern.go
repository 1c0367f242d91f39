package rules

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// lines are what fingers follow: rows and columns of a keyboard, of a number pad, the alphabet and counting.
var lines = bothWays(strings.Fields(`12345678901234567890 qwertyuiop[]\ asdfghjkl;' zxcvbnm,./ abcdefghijklmnopqrstuvwxyz
	1qaz 2wsx 3edc 4rfv 5tgb 6yhn 7ujm 8ik, 9ol. 0p;/ esz rdx tfc ygv uhb ijn okm 147 258 369 159 357 13579 02468 24680
	qweasdzxc 147258369 741852963 159753 qazwsxedcrfvtgbyhnujm 1q2w3e4r5t6y7u8i9o0p q1w2e3r4t5y6u7i8o9p0 a1b2c3d4e5f6g7`))

// shifted are the number keys with shift held.
var shifted = strings.NewReplacer("!", "1", "@", "2", "#", "3", "$", "4", "%", "5", "^", "6", "&", "7", "*", "8")

func bothWays(lines []string) []string {
	for _, line := range slices.Clone(lines) {
		b := []byte(line)
		slices.Reverse(b)
		lines = append(lines, string(b))
	}
	return lines
}

// pattern refuses what the hand types by itself: one thing repeated, or a walk over the keyboard.
func pattern(plain string) *Fault {
	switch {
	case repeated(plain):
		return refuse("rule.password.repeated")
	case walked(shifted.Replace(plain)):
		return refuse("rule.password.walk")
	}
	return nil
}

// repeated says that text is a short piece over and over (ababab, 123123, 我爱你我爱你), or of two characters only.
func repeated(text string) bool {
	distinct := map[rune]bool{}
	for _, r := range text {
		distinct[r] = true
	}
	if len(distinct) <= 2 {
		return true
	}
	for piece := range text {
		if piece > 0 && utf8.RuneCountInString(text[:piece]) <= 6 && len(text)%piece == 0 &&
			strings.Repeat(text[:piece], len(text)/piece) == text {
			return true
		}
	}
	return false
}

// walked says that text is made of stretches of three or more characters, each along a line or of one character.
func walked(text string) bool {
	reached := make([]bool, len(text)+1)
	reached[0] = true
	for from := range text {
		for to := from + 3; reached[from] && to <= len(text); to++ {
			reached[to] = reached[to] || stretch(text[from:to])
		}
	}
	return reached[len(text)]
}

func stretch(piece string) bool {
	if strings.Count(piece, piece[:1]) == len(piece) {
		return true
	}
	return slices.ContainsFunc(lines, func(line string) bool { return strings.Contains(line, piece) })
}
