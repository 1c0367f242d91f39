package rules_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"guiwei/flows/rules"
)

func TestMasksLookAsTheStoryboardDrawsThem(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ got, want string }{
		{rules.MaskPhone("+8615012341234"), "150****1234"},
		{rules.MaskPhone("+85251234567"), "+852 ****67"},
		{rules.MaskPhone("15012341234"), "****"},
		{rules.MaskPhone(""), "****"},
		{rules.MaskID("99010120061231018X"), "990101********018X"},
		{rules.MaskID("E12345678"), "E******78"},
		{rules.MaskID("1234"), "****"},
		{rules.MaskID(""), "****"},
		{rules.MaskName("张三丰"), "张**"},
		{rules.MaskName("张三"), "张*"},
		{rules.MaskName("𬭎三丰"), "𬭎**"},
		{rules.MaskName("买买提·艾力"), "买**"},
		{rules.MaskName(""), "**"},
		{rules.MaskEmail("zhang@qq.com"), "z***@qq.com"},
		{rules.MaskEmail("z@qq.com"), "***@qq.com"},
		{rules.MaskEmail("no address"), "***"},
		{rules.MaskEmail(""), "***"},
	} {
		if c.got != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
}

// shown counts what a mask leaves to be read.
func shown(mask string) int { return utf8.RuneCountInString(strings.ReplaceAll(mask, "*", "")) }

func TestMasksNeverShowMoreThanAllowed(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := strings.ReplaceAll(rapid.OneOf(rapid.String(), rapid.StringMatching(`\+86[0-9]{11}|\+852[0-9]{8}|[0-9]{1,20}|[a-z]{1,9}@qq\.com`)).Draw(t, "text"), "*", "")
		n := utf8.RuneCountInString(s)
		if got := shown(rules.MaskPhone(s)); got > 7 || n > 0 && got >= n {
			t.Fatalf("phone %q shows %d", s, got)
		}
		if got := shown(rules.MaskID(s)); got > 10 || n > 0 && got >= n || n != 18 && got > 3 {
			t.Fatalf("ID %q shows %d", s, got)
		}
		if got := shown(rules.MaskName(s)); got > 1 {
			t.Fatalf("name %q shows %d", s, got)
		}
		mask := rules.MaskEmail(s)
		if host := max(0, strings.LastIndex(mask, "@")); shown(mask[:host]) > 1 || !strings.HasSuffix(s, mask[host:]) && mask != "***" {
			t.Fatalf("e-mail %q shows %q", s, mask)
		}
	})
}
