package rules

import (
	"slices"
	"strings"
	"time"
	"unicode"
)

// Shapes of GB 11643: region 1-6, birth date 7-14, sequence 15-17, check character 18. The old form of 15 digits
// lacks the century and the check character.
const (
	residentDigits = 18
	oldDigits      = 15
	regionDigits   = 6
	birthEnd       = 14
	fictitious     = "99" // regions that no office gives out
)

// ID is a document's number in its one canonical form.
type ID struct {
	Kind        string
	Number      string // 18 characters with an upper-case X; other documents' in upper case, without counters of renewal
	Region      string // 甘肃省陇南市礼县; "" when unknown or not told by the number
	RegionKnown bool
	Born        time.Time // midnight UTC of the day; zero when the number does not tell
}

var (
	idNoise = strings.NewReplacer(" ", "", "-", "", "–", "", "—", "", "_", "", ".", "", "·", "")
	idCross = strings.NewReplacer("Х", "X", "Χ", "X", "×", "X", "✕", "X", "✖", "X", "╳", "X")
)

// IDNumber reads a document's number as typed. Fictitious regions (99xxxx) pass only where allowTest; an unknown
// region is no fault, since the table is never whole; now decides what lies in the future.
func IDNumber(kind, text string, allowTest bool, now time.Time) (ID, *Fault) {
	form, ok := formOf(kind)
	if !ok {
		return ID{}, refuse("rule.id.kind_unknown")
	}
	typed := idCross.Replace(strings.ToUpper(narrow(text)))
	switch form.Form {
	case "pattern":
		return form.patterned(strings.ReplaceAll(typed, " ", ""))
	case "foreign":
		return form.foreign(idNoise.Replace(typed), now)
	}
	return form.resident(idNoise.Replace(typed), allowTest, now)
}

func (f idForm) patterned(typed string) (ID, *Fault) {
	m := f.match.FindStringSubmatch(typed)
	if m == nil {
		return ID{}, refuse("rule.id.form", "example", f.Example)
	}
	return ID{Kind: f.Code, Number: m[1]}, nil
}

// foreign reads the number of a foreign permanent resident's card.
func (f idForm) foreign(typed string, now time.Time) (ID, *Fault) {
	if f.match.MatchString(typed) {
		return ID{Kind: f.Code, Number: typed}, nil
	}
	if !strings.HasPrefix(typed, "9") || len(typed) < regionDigits || regions[typed[1:3]+"0000"] == "" { // 9, then the province
		return ID{}, refuse("rule.id.form", "example", f.Example)
	}
	if fault := idShape(typed); fault != nil {
		return ID{}, fault
	}
	if len(typed) != residentDigits {
		return ID{}, refuse("rule.id.short", "digits", len(typed), "missing", residentDigits-len(typed))
	}
	born, fault := bornOn(typed[regionDigits:birthEnd], false, now)
	if fault != nil {
		return ID{}, fault
	}
	if checkCharacter(typed) != typed[residentDigits-1] {
		return ID{}, refuse("rule.id.check")
	}
	return ID{Kind: f.Code, Number: typed, Born: born}, nil
}

// RegionDoubtful says whether the first six digits are no region that the table knows: it is never whole, so the number stands,
// and is worth a second look.
func (id ID) RegionDoubtful() bool {
	form, _ := formOf(id.Kind)
	return form.Form == "resident" && !id.RegionKnown && !strings.HasPrefix(id.Number, fictitious)
}

func (f idForm) resident(typed string, allowTest bool, now time.Time) (ID, *Fault) {
	if fault := idShape(typed); fault != nil {
		return ID{}, fault
	}
	old := len(typed) == oldDigits
	number := typed
	if old {
		number = typed[:regionDigits] + "19" + typed[regionDigits:]
		number += string(checkCharacter(number))
	}
	if fault := f.region(number, allowTest); fault != nil {
		return ID{}, fault
	}
	born, fault := bornOn(number[regionDigits:birthEnd], old, now)
	if fault != nil {
		return ID{}, fault
	}
	if checkCharacter(number) != number[residentDigits-1] {
		return ID{}, refuse("rule.id.check")
	}
	region, known := regionName(number[:regionDigits])
	return ID{Kind: f.Code, Number: number, Region: region, RegionKnown: known, Born: born}, nil
}

// idShape counts the characters and finds the first one that is out of place, by its position from 1.
func idShape(typed string) *Fault {
	at := 0
	for _, r := range typed {
		at++
		switch {
		case isDigit(r), r == 'X' && (at == residentDigits || at == len(typed)): // the count is looked at below
		case r == 'X':
			return refuse("rule.id.x_place", "at", at)
		case unicode.Is(unicode.Han, r):
			return refuse("rule.id.words")
		default:
			return refuse("rule.id.char", "at", at)
		}
	}
	switch n := len(typed); {
	case n == residentDigits, n == oldDigits && !strings.HasSuffix(typed, "X"):
		return nil
	case n < residentDigits:
		return refuse("rule.id.short", "digits", n, "missing", residentDigits-n)
	default:
		return refuse("rule.id.long", "digits", n, "extra", n-residentDigits)
	}
}

func (f idForm) region(number string, allowTest bool) *Fault {
	region := number[:regionDigits]
	switch {
	case strings.HasPrefix(region, fictitious) && allowTest:
		return nil
	case strings.HasPrefix(region, fictitious):
		return refuse("rule.id.fictitious")
	case slices.Contains(f.Barred, region), f.Regions != nil && !slices.Contains(f.Regions, region):
		return refuse("rule.id.other_kind")
	}
	return nil
}

func bornOn(digits string, old bool, now time.Time) (time.Time, *Fault) {
	born, err := time.Parse("20060102", digits)
	switch {
	case err != nil && old:
		return time.Time{}, refuse("rule.id.birth", "from", regionDigits+1, "to", regionDigits+6)
	case err != nil:
		return time.Time{}, refuse("rule.id.birth", "from", regionDigits+1, "to", birthEnd)
	case digits > ShanghaiDay(now):
		return time.Time{}, refuse("rule.id.born_future", "from", regionDigits+1, "to", birthEnd)
	case born.Year() < 1900:
		return time.Time{}, refuse("rule.id.born_old", "from", regionDigits+1, "to", birthEnd)
	}
	return born, nil
}

// checkCharacter is ISO 7064 MOD 11-2 over the first 17 digits: weight of position i is 2^(18-i) mod 11.
func checkCharacter(number string) byte {
	sum := 0
	for _, d := range []byte(number[:residentDigits-1]) {
		sum = (sum + int(d-'0')) * 2 % 11
	}
	return "10X98765432"[sum]
}
