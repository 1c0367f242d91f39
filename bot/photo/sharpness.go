package photo

// sharpness is how much of a plane's contrast lies in its finest detail: 10,000 times the variance of the Laplacian over the
// squared distance of the brightness that 5 % stay under and that 95 % do. Dividing by the contrast keeps a dim picture apart
// from a blurred one: their raw variances are alike (photos.md). A plane without contrast has none.
func (p plane) sharpness() float64 {
	if p.w < 3 || p.h < 3 {
		return 0
	}
	var sum, square, n float64
	for y := 1; y < p.h-1; y++ {
		up, row, down := p.pix[(y-1)*p.w:], p.pix[y*p.w:(y+1)*p.w], p.pix[(y+1)*p.w:]
		s, q := 0, 0
		for x := 1; x < p.w-1; x++ {
			l := int(up[x]) + int(down[x]) + int(row[x-1]) + int(row[x+1]) - 4*int(row[x])
			s += l
			q += l * l
		}
		sum, square, n = sum+float64(s), square+float64(q), n+float64(p.w-2)
	}
	contrast := float64(p.contrast())
	if contrast == 0 {
		return 0
	}
	mean := sum / n
	return 1e4 * (square/n - mean*mean) / (contrast * contrast)
}

// contrast is how far the brightness that 5 % stay under is from the one that 95 % do.
func (p plane) contrast() int {
	count, below, low, high := p.histogram(), 0, 0, 0
	for v, c := range count {
		if below*20 < len(p.pix) {
			low = v
		}
		if below*20 < 19*len(p.pix) {
			high = v
		}
		below += c
	}
	return high - low
}
