package rules

import (
	"strings"
	"unicode/utf8"
)

// Masks show enough for the owner to know the thing by, and nothing to anybody else.

// MaskPhone shows of an E.164 number the first three and last four digits of eleven ("150****1234"); of another
// country's the code and the last two.
func MaskPhone(e164 string) string {
	if national, ok := strings.CutPrefix(e164, "+86"); ok && len(national) == mobileDigits {
		return national[:3] + "****" + national[7:]
	}
	for _, code := range []string{"+852", "+853", "+886"} {
		if national, ok := strings.CutPrefix(e164, code); ok && len(national) >= 8 {
			return code + " ****" + national[len(national)-2:]
		}
	}
	return "****"
}

// MaskID shows of an 18-digit number the region and the last four ("622628********1234"); of another document's the
// first and the last two characters.
func MaskID(number string) string {
	n := utf8.RuneCountInString(number)
	switch {
	case n != len(number) || n < 5:
		return "****"
	case n == residentDigits:
		return number[:6] + "********" + number[14:]
	}
	return number[:1] + strings.Repeat("*", n-3) + number[n-2:]
}

// MaskName shows the first character: 张三丰 is 张**. How long a longer name is stays hidden.
func MaskName(name string) string {
	first, size := utf8.DecodeRuneInString(name)
	if size == 0 || first == utf8.RuneError {
		return "**"
	}
	return string(first) + strings.Repeat("*", min(2, max(1, utf8.RuneCountInString(name)-1)))
}

// MaskEmail shows the first letter and the domain: z***@qq.com. A local part of one letter is hidden whole.
func MaskEmail(address string) string {
	at := strings.LastIndexByte(address, '@')
	if at < 0 {
		return "***"
	}
	_, size := utf8.DecodeRuneInString(address)
	if size >= at {
		size = 0
	}
	return address[:size] + "***" + address[at:]
}
