package app

import (
	"crypto/sha256"
	"encoding/hex"

	"guiwei/bot/config"
	"guiwei/flows"
	"guiwei/flows/book"
	"guiwei/flows/register"
	"guiwei/flows/rules"
	"guiwei/locales"
)

// termsVersion names the text that a student agrees to; its hash says exactly which.
const termsVersion = "2026-11-24"

// Book is every flow of the bot, by its settings.
func Book(c config.Config) (flows.Book, error) { return book.New(settings(c)) }

// settings are what the flows ask of an operator.
func settings(c config.Config) register.Settings {
	terms := sha256.Sum256([]byte(locales.Text(locales.Languages[0], "terms.text",
		map[string]string{"operator": locales.Own(c.OperatorName, locales.Languages[0]), "contact": locales.Own(c.SupportContact, locales.Languages[0])})))
	return register.Settings{Advice: rules.Advice(c.PasswordAdvice), TestIDs: c.AllowTestIDs,
		Terms: flows.Consent{Version: termsVersion, SHA256: hex.EncodeToString(terms[:])}}
}
