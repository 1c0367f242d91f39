package evidence

import (
	"slices"

	"guiwei/flows"
)

// Refused is what was refused of one side for its quality. The same picture again is refused at once; after two others the
// student may insist on the last.
type Refused struct {
	Times int         `json:"times,omitempty"`
	Last  *flows.File `json:"last,omitempty"`
	Seen  []seen      `json:"seen,omitempty"`
}

type seen struct {
	Unique string    `json:"unique"` // Telegram's name of the file
	SHA256 string    `json:"sha256"` // keyed
	DHash  [4]uint64 `json:"dhash"`
}

// enough refusals of a side, and the student may insist: a machine is sometimes wrong.
const enough = 2

// kept is how many refused pictures of a side are known again.
const kept = 10

// sameAgain is the largest distance of the difference hashes of a refused picture and of the same one saved anew (P11).
const sameAgain = 6

// hard are the reasons that nobody can insist against: there is no picture, or none that a reviewer could read.
var hard = []string{"empty", "too_large", "unsupported_type", "too_many_pixels", "too_complex", "corrupt", "too_small"}

func (r Refused) mayInsist() bool { return r.Times >= enough && r.Last != nil }

// has says whether a file was refused before.
func (r Refused) has(f flows.File) bool {
	return slices.ContainsFunc(r.Seen, func(s seen) bool { return s.Unique == f.Unique })
}

// like says whether the picture was refused before, in these or in other bytes.
func (r Refused) like(a flows.Examined) bool {
	return slices.ContainsFunc(r.Seen, func(s seen) bool {
		return s.SHA256 != "" && s.SHA256 == a.SHA256 || a.DHash != [4]uint64{} && flows.Apart(s.DHash, a.DHash) <= sameAgain
	})
}

// same is like, of a picture that a reviewer refused.
func same(was flows.Print, p flows.Photo) bool {
	return was.SHA256 != "" && was.SHA256 == p.SHA256 || was.DHash != [4]uint64{} && flows.Apart(was.DHash, p.DHash) <= sameAgain
}

// with notes a refusal. One for a hard reason counts for nothing.
func (r Refused) with(a flows.Examined, f flows.File) Refused {
	if slices.ContainsFunc(a.Reasons, func(reason string) bool { return slices.Contains(hard, reason) }) {
		return r
	}
	if !r.like(a) {
		r.Times++
	}
	r.Last = &f
	r.Seen = append(r.Seen[max(0, len(r.Seen)-kept+1):len(r.Seen):len(r.Seen)], seen{f.Unique, a.SHA256, a.DHash})
	return r
}
