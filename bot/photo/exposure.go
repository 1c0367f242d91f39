package photo

// exposure is how the light of a picture is spread.
type exposure struct {
	mean  float64 // of the brightness, 0..255
	burnt float64 // share of samples of burntFrom and more
	grey  float64 // mean squared distance from grey over the two colour differences
}

// expose measures the light of three planes of one size.
func expose(luma, cb, cr plane) exposure {
	count, n := luma.histogram(), len(luma.pix)
	var e exposure
	sum := 0
	for v, c := range count {
		sum += v * c
		if v >= burntFrom {
			e.burnt += float64(c)
		}
	}
	e.mean, e.burnt = float64(sum)/float64(n), e.burnt/float64(n)
	square := 0
	for i := range cb.pix {
		b, r := int(cb.pix[i])-128, int(cr.pix[i])-128
		square += b*b + r*r
	}
	e.grey = float64(square) / float64(len(cb.pix))
	return e
}
