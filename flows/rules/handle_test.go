package rules

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestAHandleIsReadByWhatItLooksLike(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 23, 4, 0, 0, 0, time.UTC)
	resident := []Registered{{"resident", "990101200603150014"}}
	for typed, want := range map[string]Called{
		"150 1234-1234":              {Phone: "+8615012341234"},
		"＋86 15012341234":            {Phone: "+8615012341234"},
		" Zhou@QQ.com ":              {Email: "zhou@qq.com"},
		"990101 20060315 0014":       {Documents: resident},
		"９９０１０１200603150014":         {Documents: resident},
		"e12345678":                  {Documents: []Registered{{"passport", "E12345678"}, {"other", "E12345678"}}},
		"H12345678":                  {Documents: []Registered{{"hk_macau_travel", "H12345678"}, {"passport", "H12345678"}, {"other", "H12345678"}}},
		"12345678":                   {Documents: []Registered{{"taiwan_travel", "12345678"}, {"passport", "12345678"}}},
		"12345678\u200b":             {Documents: []Registered{{"taiwan_travel", "12345678"}, {"passport", "12345678"}}},
		"mailto:someone@sina.com.cn": {Email: "someone@sina.com.cn"},
	} {
		got, fault := Handle(typed, now)
		if fault != nil {
			t.Errorf("%q: %s", typed, fault.Key)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%q (-want +got)\n%s", typed, diff)
		}
	}
	for typed, want := range map[string]string{
		"": "rule.handle.unclear", "你好": "rule.handle.unclear", "hello": "rule.handle.unclear", "12345": "rule.phone.short",
		"150123412345": "rule.phone.long", "990101200603150015": "rule.id.check", "99010120060315001": "rule.id.short", "a@": "rule.email.at",
	} {
		if got, fault := Handle(typed, now); fault == nil || fault.Key != want {
			t.Errorf("%q: %+v, %+v, want %s", typed, got, fault, want)
		}
	}
}
