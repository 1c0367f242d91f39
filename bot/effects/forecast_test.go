package effects

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"guiwei/flows/rules"
	"guiwei/storage"
)

// Rows: M7
func TestFourOfFiveCasesEndWithinTheForecast(t *testing.T) {
	t.Parallel()
	calendar, err := rules.NewCalendar(nil)
	if err != nil {
		t.Fatal(err)
	}
	r := &Runner{Calendar: calendar}
	seed := rand.Uint64()
	rng := rand.New(rand.NewPCG(seed, 7)) //nolint:gosec // a replay that is printed by its seed
	t.Logf("seed %d", seed)
	inside, told, silent := 0, 0, 0
	var ended []storage.Ended // the latest first
	at := time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)
	for n := range 1000 { // mornings are fast, nights wait, and it slowly grows busier
		at = at.Add(time.Duration(rng.ExpFloat64() * float64(40*time.Minute)))
		median := []float64{600, 90, 150, 700, 400, 35, 60, 500}[r.class(at)] * (1 + float64(n)/2000)
		took := time.Duration(median * math.Exp(rng.NormFloat64()*0.7) * float64(time.Minute))
		if likely := r.forecast(ended[:min(len(ended), 2000)], at); likely == 0 {
			silent++
		} else if told++; took <= likely {
			inside++
		}
		ended = append([]storage.Ended{{Submitted: at, Decided: at.Add(took)}}, ended...)
	}
	share := float64(inside) / float64(told)
	t.Logf("%d forecasts, %.1f %% inside, %d times nothing was said", told, 100*share, silent)
	if share < 0.80 || share > 0.95 || silent < 8*forecastLeast {
		t.Errorf("%.1f %% inside, %d silent", 100*share, silent)
	}
}

// Rows: M7
func TestNothingIsForecastOfFewerThanTwentyCases(t *testing.T) {
	t.Parallel()
	calendar, err := rules.NewCalendar(nil)
	if err != nil {
		t.Fatal(err)
	}
	r := &Runner{Calendar: calendar}
	at := time.Date(2026, 11, 24, 1, 0, 0, 0, time.UTC)
	var ended []storage.Ended
	for n := range 21 {
		if got := r.forecast(ended, at); (got != 0) != (n >= 20) {
			t.Errorf("of %d cases: %v", n, got)
		}
		ended = append(ended, storage.Ended{Submitted: at.AddDate(0, 0, -7), Decided: at.AddDate(0, 0, -7).Add(38 * time.Minute)})
	}
	if got := r.forecast(ended, at); got != 40*time.Minute {
		t.Errorf("said %v", got)
	}
	if got := r.forecast(ended, at.Add(8*time.Hour)); got != 0 {
		t.Errorf("an evening is forecast of mornings: %v", got)
	}
}
