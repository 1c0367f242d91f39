package locales_test

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"guiwei/locales"
)

// answers are buttons that say what a person answers, and names of languages; all others say what happens, verb first.
var answers = []string{"button.language", "button.zh-Hans", "button.zh-Hant", "button.en", "button.mine", "button.understood",
	"button.right", "button.wrong", "button.later", "button.ticked", "button.keep", "button.decline", "button.agree", "button.first_front", "button.second_front", "button.not_me", "button.not_my_login"}

// verbs are what a button begins with.
var verbs = map[string]string{
	"zh-Hans": "发送 开始 登录 查看 看 回到 选择 打开 上传 退出 返回 用 换 重新 刷新 帮我 跳过 改 保留 立即注册 我要 提交 停止 继续 邀请 领取 通过 不通过 放回 撤销 同意 重拍 试拍 还是提交 收回 删除 只收回 找回",
	"zh-Hant": "傳送 開始 登入 查看 看 回到 選擇 打開 上傳 登出 返回 用 換 重新 更新 幫我 跳過 改 保留 立即註冊 我要 提交 停止 繼續 邀請 領取 通過 不通過 放回 撤銷 同意 重拍 試拍 還是提交 收回 刪除 只收回 找回 發送",
	"en":      "Send Get Log See Go Choose Open Finish Read Use Refresh Suggest Help Change Type Skip Keep Submit Register Report Confirm Stop Invite Claim Approve Refuse Put Undo Make Take Try Agree Erase Withdraw Find",
}

// Rows: U17
func TestButtonsBeginWithTheirVerb(t *testing.T) {
	t.Parallel()
	each(t, func(lang, key, text string) {
		begins := func(verb string) bool { return strings.HasPrefix(text, verb) }
		if under(key, "button.") && !slices.Contains(answers, key) && !slices.ContainsFunc(strings.Fields(verbs[lang]), begins) {
			t.Errorf("%s (%s): %q does not begin with a verb", key, lang, text)
		}
	})
}

// Rows: U17
// What Telegram cuts or refuses: Bot API, sendMessage, sendPhoto, answerCallbackQuery, BotCommand, setMyDescription.
func TestTextsStayWithinTelegramsLimits(t *testing.T) {
	t.Parallel()
	each(t, func(lang, key, text string) {
		n, least, most := utf8.RuneCountInString(longest(lang, key, text)), 1, 4096
		switch {
		case under(key, "commands."):
			least, most = 3, 256
		case under(key, "sample.", "photos.caption."):
			most = 1024
		case under(key, "bot.description"):
			most = 512
		case under(key, "bot.short"):
			most = 120
		case slices.Contains(toasts, key):
			most = 200
		}
		if n < least || n > most {
			t.Errorf("%s (%s): %d characters when filled, not %d to %d", key, lang, n, least, most)
		}
	})
}

// longest is a text with every argument as long as it may come.
func longest(lang, key, text string) string {
	long := map[string]string{"rows": strings.Repeat("系(所、函授站)：管理科学与工程学院\n", 24), "reasons": strings.Repeat("照片和证件不像同一个人。请本人手持自己的证件，再拍一张。\n", 8),
		"uses": strings.Repeat("兵役登记/应征报名\n", 8), "roster": strings.Repeat("欧", 200), "line": strings.Repeat("级", 200), "title": strings.Repeat("群", 128)}
	args := map[string]string{}
	for _, name := range arguments(text) {
		args[name] = strings.Repeat("长", 32)
		if long[name] != "" {
			args[name] = long[name]
		}
	}
	if slices.Contains(arguments(text), "n") {
		args["n"] = "12"
	}
	return plain(locales.Plain(lang, key, args))
}
