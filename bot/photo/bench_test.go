package photo

import (
	"testing"
)

// BenchmarkPhoto12MP is what one 12 MP phone photo costs: EXIF says that it lies on its side, as phones store them.
func BenchmarkPhoto12MP(b *testing.B) {
	raw := withEXIF(asJPEG(b, scene(4032, 3024, 1), 88), 6)
	room, out := New(Options{}), 0
	b.SetBytes(int64(len(raw)))
	for b.Loop() {
		res, err := room.Examine(b.Context(), raw)
		if err != nil || res.Verdict != Accept {
			b.Fatal(res.Reasons, err)
		}
		out = len(res.JPEG)
	}
	b.ReportMetric(float64(len(raw)), "source-bytes")
	b.ReportMetric(float64(out), "result-bytes")
}

// BenchmarkRefusal is what a bomb costs.
func BenchmarkRefusal(b *testing.B) {
	raw, room := flatJPEG(mSOF0, 16384, 16384, 3, 1), New(Options{})
	for b.Loop() {
		if res, err := room.Examine(b.Context(), raw); err != nil || res.Verdict != Reject {
			b.Fatal(err)
		}
	}
}
