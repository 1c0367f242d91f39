// Package samples holds the two drawings that show a student how to be photographed with the ID card: right and wrong side by
// side. They are our own: nobody is portrayed, the card says 样本. The drawings are front.svg and back.svg; a browser drew the
// JPEGs from them at 1280 x 820 px.
package samples

import _ "embed" // the drawings

//go:embed front.jpg
var front []byte

//go:embed back.jpg
var back []byte

// Front is the sample for the front of the card (正面照样例): a JPEG of at most 150 kB. The caller must not change it.
func Front() []byte { return front }

// Back is the sample for the back of the card (背面照样例): a JPEG of at most 150 kB. The caller must not change it.
func Back() []byte { return back }
