package flows

import (
	"math/bits"
	"slices"
)

// Elsewhere flags a picture that came under another ID number before. Reviewers are told, the student never is.
const Elsewhere = "elsewhere"

// MostApart is the largest distance of the difference hashes of one picture and its copy (measured in photos.md).
const MostApart = 16

// Like says whether two pictures are the same one: the same bytes, or the same after re-encoding.
func (p Photo) Like(q Photo) bool {
	return p.SHA256 == q.SHA256 || Apart(p.DHash, q.DHash) <= MostApart
}

// Flagged is the picture with one more flag.
func (p Photo) Flagged(code string) Photo {
	if !slices.Contains(p.Flags, code) {
		p.Flags = append(slices.Clip(p.Flags), code)
	}
	return p
}

// Apart counts the bits in which two difference hashes differ, 0..256.
func Apart(a, b [4]uint64) int {
	apart := 0
	for i := range a {
		apart += bits.OnesCount64(a[i] ^ b[i])
	}
	return apart
}

// Mirrored is the difference hash of the picture with left and right exchanged: each row of 16 bits is read from its other
// end, and what was brighter than its left neighbour is darker now.
func Mirrored(hash [4]uint64) (m [4]uint64) {
	for i, rows := range hash {
		for shift := 0; shift < 64; shift += 16 {
			m[i] |= uint64(bits.Reverse16(^uint16(rows>>shift))) << shift //nolint:gosec // 16 bits at a time
		}
	}
	return m
}
