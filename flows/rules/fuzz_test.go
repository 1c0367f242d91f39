package rules_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"guiwei/flows/rules"
)

// seeds are texts on which readers of numbers and names have stumbled.
var seeds = []string{
	"", "15012341234", "＋86 150 1234 1234", "0086", "+", "99010120061231018X", "990101061231018", "张三丰", "买买提·艾力", "a@qq.con",
	"【归位】校验码 123456，10 分钟内有效", "\u202e\u200b", "\xff\xfe", "\U000323B0", "Z\u0351\u0352", "€½①", strings.Repeat("a.", 300), "P@ssw0rd", "@",
}

func sow(f *testing.F) {
	f.Helper()
	for _, s := range seeds {
		f.Add(s)
	}
}

func FuzzPhone(f *testing.F) {
	sow(f)
	f.Fuzz(func(t *testing.T, text string) {
		number, fault := rules.Phone(text)
		if (number == "") != (fault != nil) {
			t.Fatalf("%q: %q with %+v", text, number, fault)
		}
		if again, _ := rules.Phone(number); again != number {
			t.Fatalf("%q became %q, then %q", text, number, again)
		}
	})
}

func FuzzIDNumber(f *testing.F) {
	sow(f)
	f.Fuzz(func(t *testing.T, text string) {
		for _, kind := range rules.IDKinds() {
			id, fault := rules.IDNumber(kind.Code, text, true, now)
			if (id.Number == "") != (fault != nil) || strings.ToUpper(id.Number) != id.Number {
				t.Fatalf("%s %q: %q with %+v", kind.Code, text, id.Number, fault)
			}
			if again, _ := rules.IDNumber(kind.Code, id.Number, true, now); again.Number != id.Number {
				t.Fatalf("%s %q became %q, then %q", kind.Code, text, id.Number, again.Number)
			}
		}
	})
}

func FuzzName(f *testing.F) {
	sow(f)
	f.Fuzz(func(t *testing.T, text string) {
		name, fault := rules.Name(text)
		if (name == "") != (fault != nil) || !utf8.ValidString(name) || strings.ContainsFunc(name, isFormat) {
			t.Fatalf("%q: %q with %+v", text, name, fault)
		}
		if again, _ := rules.Name(name); again != name {
			t.Fatalf("%q became %q, then %q", text, name, again)
		}
	})
}

func FuzzCode(f *testing.F) {
	sow(f)
	f.Fuzz(func(t *testing.T, text string) {
		code := rules.Code(text)
		if code != "" && (len(code) != 6 || strings.Trim(code, "0123456789") != "" || rules.Code(code) != code) {
			t.Fatalf("%q: %q", text, code)
		}
	})
}

func FuzzEmail(f *testing.F) {
	sow(f)
	f.Fuzz(func(t *testing.T, text string) {
		address, suggestion, fault := rules.Email(text)
		if (address == "") != (fault != nil) || suggestion != "" && fault != nil || strings.ContainsAny(address+suggestion, "\r\n <>,") {
			t.Fatalf("%q: %q, %q with %+v", text, address, suggestion, fault)
		}
		if suggestion == "" {
			return
		}
		if again, further, fault := rules.Email(suggestion); again != suggestion || further != "" || fault != nil {
			t.Fatalf("%q: %q is no good suggestion: %q, %+v", text, suggestion, further, fault)
		}
	})
}

func FuzzPassword(f *testing.F) {
	sow(f)
	f.Fuzz(func(t *testing.T, text string) {
		warn, fault := rules.Password(text, student, rules.Passphrase)
		if warn != nil && fault != nil {
			t.Fatalf("%q: both %+v and %+v", text, warn, fault)
		}
		if n := utf8.RuneCountInString(text); fault == nil && (n < 6 || n > 30) {
			t.Fatalf("%q passed", text)
		}
	})
}

func FuzzAnswer(f *testing.F) {
	sow(f)
	f.Fuzz(func(t *testing.T, text string) {
		normal, fault := rules.Answer(text)
		if (normal == "") != (fault != nil) {
			t.Fatalf("%q: %q with %+v", text, normal, fault)
		}
		if again, _ := rules.Answer(normal); again != normal {
			t.Fatalf("%q became %q, then %q", text, normal, again)
		}
	})
}

func BenchmarkPhone(b *testing.B) {
	for b.Loop() {
		rules.Phone("＋86 150 1234 1234")
	}
}

func BenchmarkIDNumber(b *testing.B) {
	for b.Loop() {
		rules.IDNumber("resident", "99010120061231018x", true, now)
	}
}

func BenchmarkName(b *testing.B) {
	for b.Loop() {
		rules.Name("买买提・艾力")
	}
}

func BenchmarkPassword(b *testing.B) {
	for b.Loop() {
		rules.Password("xiongmao-doujiang-yusan4827", student, rules.Passphrase)
	}
}
